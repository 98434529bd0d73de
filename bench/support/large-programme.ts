import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { concurrently, pages } from '../../app/concurrently';
import { importFile } from '../../app/import/import-file';
import { importRequest } from '../../app/import/request';
import { planFor } from '../../app/plan';
import { applyPolicyFile } from '../../app/policies';
import { type Services } from '../../app/services';
import {
  type Actor,
  type CaseState,
  type CommandBody,
  decide,
  NEW_CASE,
  project,
  SYSTEM,
} from '../../domain/lifecycle';
import { DAY } from '../../domain/ladder/ladder';
import { noticesOf } from '../../domain/notices/notices';
import { type Role } from '../../domain/vocabulary';
import { type Kind } from '../../importers/columns';
import { packageRoot } from '../../platform/paths';
import { policyOf, theProgramme } from '../../register/current-policy';
import { type CaseToPlan, openingCases } from '../../register/planning';
import { recordBatch } from '../../register/record';
import { sitesFile, writeInventory } from './inventory-file';

/** How many days ago the programme started and its first cases opened. */
const AGE = 60;
const DEPARTMENTS = 40;
/** The register's pool has ten connections. */
const AT_A_TIME = 8;

const POSTS = ['task-owner', 'security-officer', 'head'] as const;

function contactsFile(): string {
  const departments = Array.from({ length: DEPARTMENTS }, (_, number) => `D-${number}`);
  const lines = departments.flatMap((id) =>
    POSTS.map((role) => `${id},${role},${role} of ${id},${role}@${id.toLowerCase()}.example\n`),
  );
  const programme = ',programme-manager,Mara Manager,manager@bench.example\n,sro,Sam Sro,sro@bench.example\n';
  return `department_id,role,name,email\n${lines.join('')}${programme}`;
}

function ago(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString();
}

function ahead(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString();
}

interface Step {
  readonly by: Role;
  readonly body: CommandBody;
}

const step = (by: Role, body: CommandBody): Step => ({ by, body });
const COVERED = step('task-owner', {
  type: 'record-assessment',
  result: 'covered',
  note: 'Read the label.',
  evidence: null,
});
const OFF = step('task-owner', { type: 'confirm-disconnection', note: 'Port shut.', evidence: null });
const BOOKED = step('task-owner', { type: 'schedule-replacement', on: ahead(40).slice(0, 10), forecast: ahead(40) });
const GONE = step('task-owner', { type: 'confirm-removal', note: 'Unscrewed.', evidence: null });
const SEEN = step('security-officer', { type: 'verify-removal', note: 'A bare wall.', evidence: null });
const MORE_TIME = step('task-owner', {
  type: 'request',
  ask: { kind: 'extension', stage: 'remove', due: ahead(200), reason: 'supply' },
  text: 'The lens is on back order.',
  needs: 'programme-manager',
  evidence: null,
});
const TO_STAY = step('task-owner', {
  type: 'request',
  ask: { kind: 'exception', until: ahead(80), control: 'Its own network, no route out.' },
  text: 'No replacement fits the mast.',
  needs: 'programme-manager',
  evidence: null,
});
const ON_IT = step('task-owner', { type: 'acknowledge', until: ahead(3) });

/** How far twenty cases in a row have come. */
const LIVES: readonly (readonly Step[])[] = [
  ...Array.from({ length: 7 }, () => []),
  [ON_IT],
  ...Array.from({ length: 4 }, () => [COVERED]),
  [COVERED, OFF],
  [COVERED, OFF, BOOKED],
  [COVERED, OFF, BOOKED],
  [COVERED, OFF, BOOKED, GONE],
  [COVERED, OFF, BOOKED, GONE, SEEN],
  [COVERED, OFF, BOOKED, GONE, SEEN],
  [COVERED, MORE_TIME],
  [COVERED, TO_STAY],
];

/** Sends a command to a state and has the register record what follows, as a workflow would. */
async function carryOut(
  pool: Pool,
  before: CaseState,
  body: CommandBody,
  actor: Actor,
  at: string,
): Promise<CaseState> {
  const decision = decide(before, { ...body, commandId: randomUUID(), actor, expectedRevision: null }, at);
  // A device that is off core has nothing to disconnect: the next command is as good.
  if (!decision.accepted) return before;
  const projection = project(decision.state);
  const { facts } = decision.state;
  if (projection === null || facts === null) throw new Error('nothing was opened');
  const notices = noticesOf(before, decision.events, decision.state);
  await recordBatch(pool, { caseId: facts.caseId, events: decision.events, projection, notices });
  return decision.state;
}

export interface LargeProgramme {
  readonly programmeId: string;
  readonly cases: number;
}

/**
 * Fills an empty register with a programme in its third month: devices through the import, cases through the rules of the
 * domain and through `record`, so that whatever is kept of them is kept; only Temporal is left out.
 * @param home where files are written
 */
export async function fillLargeProgramme(
  services: Services,
  home: string,
  { devices, sites }: { readonly devices: number; readonly sites: number },
): Promise<LargeProgramme> {
  const pool = await services.register();
  const who = { as: null, typist: null };
  await applyPolicyFile(services, who, join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml'));
  const file = (kind: Kind): string => join(home, `${kind}.csv`);
  writeFileSync(file('sites'), sitesFile(sites));
  writeFileSync(file('contacts'), contactsFile());
  await writeInventory(file('devices'), devices, sites);
  for (const kind of ['sites', 'contacts', 'devices'] as const)
    await importFile(services, importRequest(file(kind), kind));
  await pool.query(`UPDATE programmes SET started_at = $1, started_by = 'ops:bench'`, [ago(AGE)]);
  await pool.query(`UPDATE cases SET requested_at = $1`, [ago(AGE)]);

  const { rows: people } = await pool.query<{ id: string; department: string; role: Role }>(
    `SELECT contact_id AS id, coalesce(department_id, '') AS department, role FROM contacts`,
  );
  const ids = new Map(people.map(({ id, department, role }) => [`${department} ${role}`, id]));
  const actor = (department: string, role: Role): Actor => ({
    id: ids.get(`${department} ${role}`) ?? 'ops:bench',
    kind: 'contact',
    roles: [role],
    enteredBy: null,
    authority: [role],
  });
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  let cases = 0;
  const live = async (item: CaseToPlan): Promise<void> => {
    const number = (cases += 1);
    const plan = planFor(item, policy, programme, 1);
    let state = await carryOut(pool, NEW_CASE, { type: 'open', facts: item.facts, plan }, SYSTEM, ago(AGE));
    const steps = LIVES[number % LIVES.length] ?? [];
    for (const [index, { by, body }] of steps.entries()) {
      const at = ago(AGE - 5 - index * 8 - (number % 7));
      state = await carryOut(pool, state, body, actor(item.facts.departmentId, by), at);
    }
  };
  const rows = pages(
    (after, limit) => openingCases(pool, after, limit),
    ({ facts }) => facts.caseId,
  );
  await concurrently(rows, AT_A_TIME, live);
  await pool.query('ANALYZE');
  return { programmeId: programme.programmeId, cases };
}
