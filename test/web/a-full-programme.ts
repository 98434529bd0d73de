import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { checkDeployment } from '../../app/deployment-check';
import { viewerOf } from '../../app/access/viewer';
import { deliverMail } from '../../app/mail/deliver';
import { type UserRole } from '../../domain/access/roles';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY, SRO } from '../app/a-running-programme';
import { formsOf } from '../support/forms';
import { until } from '../support/until';
import { OTHER_OWNER, type SignedInProgramme, startSignedIn } from './a-signed-in-programme';

/** One person of each role, another department's, and nobody. */
export const PEOPLE = {
  viewer: 'vera@programme.example',
  auditor: 'aud@programme.example',
  'task-owner': OWNER,
  'security-officer': OFFICER,
  head: HEAD,
  procurement: 'paul@programme.example',
  'programme-manager': MANAGER,
  sro: SRO,
  admin: 'ada@programme.example',
} as const satisfies Record<UserRole, string>;
export const READERS = { ...PEOPLE, 'another department': OTHER_OWNER, nobody: null } as const;
export type Reader = keyof typeof READERS;

/** A picture of one point. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const GRANTED = ['viewer', 'auditor', 'procurement', 'admin'] as const;

/** What there is to look at, by id. */
export interface Things {
  /** Waits for somebody to say what the device is; a device's make is markup. */
  readonly fresh: string;
  /** Assessed; more time was asked for. */
  readonly asked: string;
  /** Waits for the security officer to agree that it is not covered. */
  readonly proposed: string;
  /** Removed, with evidence, and verified. */
  readonly closed: string;
  /** Of another department. */
  readonly theirs: string;
  readonly requests: readonly string[];
  readonly evidenceId: string;
  /** Of a deployment check of the task owner. */
  readonly check: string;
  /** Tokens of the links in the mail to the task owner, as received: to S-1 (sensitive) and to S-3. */
  readonly links: readonly string[];
  /** A choice of cases that waits to be confirmed, by the task owner. */
  readonly batchId: string;
  /** What the task owner recorded on a page of tasks. */
  readonly submissionId: string;
  /** The task owner. */
  readonly contactId: string;
}

/** A programme in which everything has happened that a page can show. */
export interface FullProgramme extends SignedInProgramme {
  readonly things: Things;
}

async function grantRoles({ running }: SignedInProgramme): Promise<void> {
  for (const role of GRANTED) {
    const email = PEOPLE[role];
    await running.pool.query(`INSERT INTO users (user_id, email, name, created_at) VALUES ($1, $2, $3, now())`, [
      `u_${role}`,
      email,
      `Name of ${role}`,
    ]);
    await running.pool.query(
      `INSERT INTO role_grants (user_id, role, granted_at, granted_by) VALUES ($1, $2, now(), 'ops:test')`,
      [`u_${role}`, role],
    );
  }
}

async function liveThrough({
  running,
}: SignedInProgramme): Promise<Omit<Things, 'check' | 'links' | 'batchId' | 'submissionId' | 'contactId'>> {
  await running.bring(
    'devices',
    `asset_id,make,model,mac,site_id,device_type,network,parent_asset_id,scheduled_upgrade_on
HTML-1,"Hikvision <b onclick=alert(1)>{{ 7*7 }}",DS-2<script>,44:19:b6:00:00:01,S-1,dome camera,core,,${on(300)}
LONG-${'1'.repeat(60)},Hikvision,${'W'.repeat(120)},,S-1,video recorder,core,,
ODD-1,Honeywell,H-1,,S-3,camera,unknown,,
ODD-2,,,,S-3,camera,unknown,,
FINE-1,Axis Communications,M3065-V,,S-1,camera,core,,
`,
  );
  const names = ['ASKED', 'STAY', 'MAYBE', 'DONE', 'IDLE'];
  await running.upgrades(Object.fromEntries(names.map((name) => [name, on(200)])));
  await running.upgrades({ THEIRS: on(200) }, null, 'S-9');
  const flagged = ['HTML-1', `LONG-${'1'.repeat(60)}`, 'ODD-1', 'ODD-2', ...names, 'THEIRS'];
  await running.open();
  await running.opened(flagged);
  await running.act(OWNER, 'ASKED', 'record-assessment', { result: 'covered' });
  await running.act(OWNER, 'ASKED', 'request-extension', {
    stage: 'remove',
    on: on(250),
    reason: 'supply',
    text: 'The lens is on back order.',
  });
  await running.act(OWNER, 'STAY', 'request-exception', {
    until: on(90),
    control: 'Its own network, no route out.',
    text: 'No replacement fits the mast.',
  });
  const photo = join(running.stack.home, 'photo.png');
  writeFileSync(photo, PNG);
  await running.act(OWNER, 'MAYBE', 'record-assessment', {
    result: 'not-covered',
    note: 'The label says Axis.',
    evidenceFile: photo,
    kind: 'photo',
  });
  await running.act(OWNER, 'DONE', 'record-assessment', { result: 'covered' });
  await running.act(OWNER, 'DONE', 'confirm-disconnection', { note: 'Port shut.' });
  await running.act(OWNER, 'DONE', 'schedule-replacement', { on: on(20) });
  await running.act(OWNER, 'DONE', 'confirm-removal', { evidenceFile: photo, kind: 'photo' });
  await running.act(OFFICER, 'DONE', 'verify-removal', { note: 'A bare wall.' });
  const caseId = async (id: string): Promise<string> => (await running.show(id)).caseId;
  const one = async (sql: string): Promise<string[]> =>
    (await running.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id);
  return {
    fresh: await caseId('HTML-1'),
    asked: await caseId('ASKED'),
    proposed: await caseId('MAYBE'),
    closed: await caseId('DONE'),
    theirs: await caseId('THEIRS'),
    requests: await one(`SELECT request_id AS id FROM case_requests WHERE state = 'pending' ORDER BY 1`),
    evidenceId: (await one(`SELECT evidence_id AS id FROM evidence WHERE sha256 IS NOT NULL ORDER BY 1`))[0]!,
  };
}

/** Links in the mail to an address, as received, the oldest first. */
export async function linksTo(folder: string, address: string): Promise<string[]> {
  const links: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const mail = await PostalMime.parse(readFileSync(join(folder, name)));
    if (!(mail.to ?? []).some((to) => to.address === address)) continue;
    links.push(...[...(mail.text ?? '').matchAll(/\/t\/([\w-]{43})/g)].map(([, token]) => token!));
  }
  return [...new Set(links)];
}

/** The task owner chooses two cases on a list, and says on a page of tasks that they are on it with a third. */
async function useForms(
  made: SignedInProgramme,
  cases: readonly string[],
): Promise<Pick<Things, 'batchId' | 'submissionId'>> {
  const owner = made.as(OWNER);
  const chosen = await owner.post('/actions', { action: 'acknowledge', case: cases });
  const page = await owner.get('/tasks/S-3/assess/on-it');
  const form = formsOf(page.body, page.path).find(({ names }) => names.includes('case'))!;
  const odd = (await made.running.show('ODD-1')).caseId;
  const kept = form.preset.filter(([name]) => name !== 'case' && name !== '_csrf');
  const sent = await owner.post(form.action, { ...Object.fromEntries(kept), case: odd, days: '2' }, page);
  if (chosen.location === null || sent.location === null) throw new Error(`not taken: ${chosen.text} ${sent.text}`);
  return { batchId: chosen.location.split('/').at(-1)!, submissionId: sent.location.split('/').at(-1)! };
}

/** Mail has gone out, so that pages have some to show and links lead somewhere. */
async function sendMail({ running }: SignedInProgramme): Promise<void> {
  await until(async () => {
    const { sent } = await deliverMail(running.services, { pace: 'ignored' });
    return sent > 0;
  });
}

/** @param policy the policy file's text */
export async function startFullProgramme(policy = POLICY): Promise<FullProgramme> {
  const made = await startSignedIn(policy);
  await grantRoles(made);
  await made.running.bring('sites', 'site_id,name,department_id,nation,sensitivity\nS-4,Store,D-AG,England,no\n');

  const things = await liveThrough(made);
  await sendMail(made);

  const { services } = made.running;
  const owner = await viewerOf(services, OWNER, new Date().toISOString());
  const question = { make: 'Hikvision', model: null, mac: null, deviceType: 'camera', site: 'S-1' };
  const { reference } = await checkDeployment(services, owner!, question, new Date());
  const links = await linksTo(made.running.stack.mailFolder, OWNER);
  const used = await useForms(made, [things.fresh, things.asked]);
  return { ...made, things: { ...things, ...used, check: reference, links, contactId: owner!.id } };
}
