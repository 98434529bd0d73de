import { viewerOf } from '../../app/access/viewer';
import { RunningProgramme } from '../app/a-running-programme';
import { type Browser, startWeb, type TestWeb } from '../support/web';

/** A running programme with its pages, where a session's token is its person's address. */
export interface SignedInProgramme {
  readonly running: RunningProgramme;
  readonly web: TestWeb;
  /** A browser in which somebody is signed in. */
  as(email: string): Browser;
  stop(): Promise<void>;
}

/** People of another department, and of the programme, whom the running programme has not. */
export const OTHER_OWNER = 'otis@hs.example';
export const OTHER_OFFICER = 'orla@hs.example';
export const SECOND_MANAGER = 'milo@programme.example';

const OTHERS = `department_id,role,name,email
D-HS,task-owner,Otis Other,${OTHER_OWNER}
D-HS,security-officer,Orla Other,${OTHER_OFFICER}
,programme-manager,Milo Manager,${SECOND_MANAGER}
`;
const OTHER_SITES = `site_id,name,department_id,nation,sensitivity
S-9,Their building,D-HS,England,sensitive
`;

/** @param policy the policy file's text */
export async function startSignedIn(policy: string): Promise<SignedInProgramme> {
  const running = await RunningProgramme.start(policy);
  await running.bring('sites', OTHER_SITES);
  await running.bring('contacts', OTHERS);
  const web = await startWeb(running.services, {
    recognise: async (token, now) => {
      const viewer = await viewerOf(running.services, decodeURIComponent(token), now.toISOString());
      return viewer === null ? null : { viewer, expiresAt: new Date(now.getTime() + 3_600_000).toISOString() };
    },
  });
  return {
    running,
    web,
    as(email) {
      const browser = web.browser();
      browser.setCookie('session', encodeURIComponent(email));
      return browser;
    },
    async stop() {
      await web.stop();
      await running.stop();
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function unescaped(value: string): string {
  return value.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

/** The hidden fields of a page's form, as a browser sends them back. */
export function hidden(body: string): Record<string, string> {
  const inputs = [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(
    inputs.flatMap(([, name = '', value = '']) => (name === '_csrf' ? [] : [[name, unescaped(value)]])),
  );
}
