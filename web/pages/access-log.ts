import { type FastifyInstance } from 'fastify';
import { type ListedAccess, readAccessLog } from '../../app/access/read-log';
import { zoneOf } from '../../app/access/zone';
import { ACCESS_KINDS, ACCESS_SHOWN, NOBODY } from '../../domain/access/log';
import { USER_ROLES } from '../../domain/access/roles';
import { fullMoment } from '../../domain/dates-for-people';
import { isOneOf } from '../../domain/vocabulary';
import { Form } from '../form';
import { permit } from '../guard';
import { roleShown } from '../roles-view';
import { type Site } from '../site';

const ROWS = 50;
const LONGEST_WHO = 320;

/** Why a sign-in was refused, as the log has it, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  wrong: 'a wrong code',
  'too-many-tries': 'too many wrong codes',
  expired: 'a code that was over',
  used: 'a code that had been used',
  newer: 'a code that a newer one had replaced',
  'unknown-address': 'an address that nobody has',
  'mail-refused': 'their mail server refused the code',
};

interface Subject {
  readonly text: string;
  readonly href: string | null;
}

function subjectOf({ what, subject, subjectName, siteId }: ListedAccess): Subject {
  switch (what) {
    case 'sign-in-refused':
      return { text: REFUSALS[subject] ?? subject, href: null };
    case 'read-sensitive': {
      const ofSite = subject === siteId;
      const href = ofSite ? `/sites/${encodeURIComponent(subject)}` : `/cases/${encodeURIComponent(subject)}`;
      return { text: ofSite ? `site ${subject}` : `${subject} at site ${String(siteId)}`, href };
    }
    case 'role-granted':
    case 'role-revoked': {
      const [id = '', role = '', department] = subject.split(' ');
      const words = isOneOf(USER_ROLES, role) ? roleShown(role) : role;
      return {
        text: `${subjectName ?? id}: ${words}${department === undefined ? '' : ` in ${department}`}`,
        href: null,
      };
    }
    default:
      return { text: subjectName ?? subject, href: null };
  }
}

function whoShown({ who, whoName }: ListedAccess): string {
  return whoName ?? (who === NOBODY ? 'Nobody of the register' : who);
}

function link(who: string, what: string, before: string | null): string {
  const query = new URLSearchParams({
    ...(who === '' ? {} : { who }),
    ...(what === '' ? {} : { what }),
    ...(before === null ? {} : { before }),
  }).toString();
  return query === '' ? '/access-log' : `/access-log?${query}`;
}

/** Who signed in, and who looked at sensitive sites. */
export function accessLogPages(server: FastifyInstance, site: Site): void {
  server.get('/access-log', async (request, reply) => {
    const viewer = permit(request, 'see-access-log');
    const query = new Form(request.query);
    const who = query.one('who').slice(0, LONGEST_WHO);
    const asked = query.one('what');
    const what = isOneOf(ACCESS_KINDS, asked) ? asked : null;
    const before = /^\d{1,18}$/.test(query.one('before')) ? query.one('before') : null;
    const filter = { who: who === '' ? null : who, what };
    const { entries, older } = await readAccessLog(site.services, viewer, filter, before, ROWS);
    const zone = await zoneOf(site.services, site.now().toISOString());
    return reply.page('pages/access-log.njk', {
      title: 'Access log',
      who,
      kinds: [
        { value: '', text: 'Everything', selected: what === null },
        ...ACCESS_KINDS.map((kind) => ({ value: kind, text: ACCESS_SHOWN[kind], selected: kind === what })),
      ],
      rows: entries.map((entry) => ({
        at: fullMoment(entry.at, zone),
        who: whoShown(entry),
        what: ACCESS_SHOWN[entry.what],
        subject: subjectOf(entry),
      })),
      filtered: filter.who !== null || what !== null,
      newest: before === null ? null : link(who, what ?? '', null),
      older: older === null ? null : link(who, what ?? '', older),
    });
  });
}
