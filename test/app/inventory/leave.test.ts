import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Pool } from 'pg';
import { type ActionRequest } from '../../../app/command-body';
import { act } from '../../../app/act';
import { leave, type LeaveAnswer, type LeaveRequest } from '../../../app/inventory/leave';
import { openCases } from '../../../app/open-cases';
import { reconcile } from '../../../app/reconcile';
import { openServices, type Services } from '../../../app/services';
import { handOver } from '../../../register/leavers';
import { inTransaction } from '../../../register/transaction';
import { PEOPLE, seedDevice, seedProgramme } from '../../support/a-programme';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';

let stack: TestStack;
let services: Services;
let pool: Pool;
let worker: CaseWorker;
let policy: Awaited<ReturnType<typeof seedProgramme>>;
let number = 0;

const NOBODY = { as: null, typist: null };
/** Somebody new for each test, as the officers and owners of the seeded programme stay what they are. */
interface Person {
  readonly id: string;
  readonly email: string;
}

async function person(role: string, post: { department?: string | null; site?: string | null } = {}): Promise<Person> {
  const { department = 'D-AG', site = null } = post;
  number += 1;
  const made = { id: `c_new${number}`, email: `new${number}@ag.example` };
  await appoint(made.id, made.email, role, department, site);
  return made;
}

async function appoint(
  id: string,
  email: string,
  role: string,
  department: string | null,
  site: string | null = null,
): Promise<void> {
  await pool.query(
    `INSERT INTO contacts (contact_id, department_id, site_id, role, name, email) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, department, site, role, `Name of ${id}`, email],
  );
}

const leaves = (email: string, successor: string | null, changes: Partial<LeaveRequest> = {}): Promise<LeaveAnswer> =>
  leave(services, { email, successor, departmentId: null, reason: 'moved on', ...changes }, NOBODY);

async function owned(by: Person): Promise<string> {
  number += 1;
  const caseId = await seedDevice(pool, policy, { assetId: `L-${number}` });
  await openCases(services);
  await until(async () => (await pool.query(`SELECT 1 FROM cases WHERE status = 'opening'`)).rowCount === 0);
  const request: ActionRequest = { type: 'reassign', to: by.id };
  await act(services, caseId, request, NOBODY);
  return caseId;
}

const ownerOf = async (caseId: string): Promise<string | null> =>
  (
    await pool.query<{ owner: string | null }>(`SELECT owner_contact_id AS owner FROM cases WHERE case_id = $1`, [
      caseId,
    ])
  ).rows[0]!.owner;

async function posts(email: string): Promise<string[]> {
  const { rows } = await pool.query<{ post: string }>(
    `SELECT concat_ws(' ', department_id, site_id, role) AS post FROM contacts WHERE email = $1 AND left_at IS NULL ORDER BY 1`,
    [email],
  );
  return rows.map(({ post }) => post);
}

/** Who mail of a case waits for. */
async function waitsFor(caseId: string): Promise<string[]> {
  const { rows } = await pool.query<{ email: string }>(
    `SELECT DISTINCT email FROM outbox JOIN contacts USING (contact_id) WHERE case_id = $1 AND state = 'pending' ORDER BY 1`,
    [caseId],
  );
  return rows.map(({ email }) => email);
}

beforeAll(async () => {
  stack = await startStack();
  services = openServices(stack.config);
  pool = await services.register();
  policy = await seedProgramme(pool, { startedAt: new Date(Date.now() - 86_400_000).toISOString() });
  worker = await startCaseWorker(stack, pool);
}, 600_000);

afterAll(async () => {
  await worker?.stop();
  await services?.close();
  await stack?.stop();
});

beforeEach(async () => {
  await pool.query(`DELETE FROM mail_holds`);
});

describe('somebody who leaves', () => {
  test('gives every post to the successor, who keeps those of their own', async () => {
    const leaver = await person('task-owner', { site: 'S-1' });
    await appoint(`${leaver.id}b`, leaver.email, 'head', 'D-HS');
    const heir = await person('task-owner', { site: 'S-1' });
    const answer = await leaves(leaver.email, heir.email);
    expect(answer).toMatchObject({
      outcome: 'left',
      posts: [
        { departmentId: 'D-AG', siteId: 'S-1', role: 'task-owner', from: leaver.id, to: heir.id, outcome: 'held' },
        { departmentId: 'D-HS', siteId: null, role: 'head', from: `${leaver.id}b`, outcome: 'given' },
      ],
      remaining: { cases: [], mail: 0, deputyOf: [], kept: [] },
    });
    expect(await posts(leaver.email)).toEqual([]);
    expect(await posts(heir.email)).toEqual(['D-AG S-1 task-owner', 'D-HS head']);
    const { rows } = await pool.query(
      `SELECT details FROM register_log WHERE action = 'contact-left' AND subject = $1`,
      [leaver.id],
    );
    expect(rows).toEqual([{ details: { successor: heir.id, reason: 'moved on' } }]);
    await pool.query(`UPDATE contacts SET left_at = now() WHERE email = $1`, [heir.email]);
  });

  test('from one department keeps the posts of another, and is told so', async () => {
    const leaver = await person('head');
    await appoint(`${leaver.id}b`, leaver.email, 'head', 'D-HS');
    const answer = await leaves(leaver.email, PEOPLE.officer.email, { departmentId: 'D-AG' });
    expect(answer.remaining.kept).toMatchObject([{ contactId: `${leaver.id}b`, departmentId: 'D-HS' }]);
    expect(await posts(leaver.email)).toEqual(['D-HS head']);
  });

  test('hands on the tasks in their name, each with one command, and mail that waits', async () => {
    const leaver = await person('security-officer');
    const heir = await person('head');
    const cases = [await owned(leaver), await owned(leaver), await owned(leaver)];
    expect(await waitsFor(cases[0]!)).toEqual([leaver.email]);
    const answer = await leaves(leaver.email, heir.email);
    expect(answer).toMatchObject({ tasks: 3, remaining: { cases: [], mail: 0 } });
    for (const caseId of cases) {
      expect(await ownerOf(caseId)).toBe(answer.posts[0]!.to);
      expect(await waitsFor(caseId)).toEqual([heir.email]);
    }
    const { rows } = await pool.query<{ command: string }>(
      `SELECT command_id AS command FROM audit_events WHERE type = 'reassigned' AND case_id = $1 ORDER BY sequence DESC LIMIT 1`,
      [cases[0]],
    );
    expect(rows[0]!.command).toMatch(new RegExp(`^leave/${leaver.id}/${cases[0]}/\\d+$`));
    expect(await leaves(leaver.email, heir.email)).toMatchObject({ outcome: 'finished', posts: [], tasks: 0 });
  });

  test('hands on what waits for the post to the successor, never to the next post up', async () => {
    await pool.query(`UPDATE contacts SET left_at = now() WHERE role = 'task-owner' AND department_id = 'D-HS'`);
    const leaver = await person('task-owner', { department: 'D-HS' });
    const heir = await person('head');
    const caseId = await seedDevice(pool, policy, { assetId: `L-${(number += 1)}`, siteId: 'S-3' });
    await openCases(services);
    await until(async () => (await waitsFor(caseId)).length > 0);
    expect(await waitsFor(caseId)).toEqual([leaver.email]);
    expect(await leaves(leaver.email, heir.email)).toMatchObject({ remaining: { mail: 0 } });
    expect(await waitsFor(caseId)).toEqual([heir.email]);
  });

  test('notes where calendar entries have to move', async () => {
    const leaver = await person('head');
    await pool.query(`DELETE FROM calendar_changes`);
    await leaves(leaver.email, PEOPLE.officer.email);
    const { rows } = await pool.query(`SELECT DISTINCT scope, subject FROM calendar_changes`);
    expect(rows).toContainEqual({ scope: 'department', subject: 'D-AG' });
  });

  test('is still said to be the deputy of others', async () => {
    const leaver = await person('head');
    await pool.query(`UPDATE contacts SET deputy_email = $1 WHERE contact_id = $2`, [leaver.email, PEOPLE.head.id]);
    expect((await leaves(leaver.email, PEOPLE.officer.email)).remaining.deputyOf).toEqual([PEOPLE.head.id]);
    await pool.query(`UPDATE contacts SET deputy_email = NULL`);
  });

  test('who comes back and leaves again hands on the same device again', async () => {
    const leaver = await person('head');
    const heir = await person('security-officer');
    const caseId = await owned(leaver);
    await leaves(leaver.email, heir.email);
    await pool.query(`UPDATE contacts SET left_at = NULL WHERE contact_id = $1`, [leaver.id]);
    await act(services, caseId, { type: 'reassign', to: leaver.id }, NOBODY);
    expect(await leaves(leaver.email, heir.email)).toMatchObject({ tasks: 1 });
    expect(await ownerOf(caseId)).not.toBe(leaver.id);
  });
});

describe('a leaving that was interrupted', () => {
  /** As far as the transaction comes. */
  async function noted(leaver: Person, heir: Person): Promise<string> {
    const succession = {
      contactId: leaver.id,
      successorEmail: heir.email,
      successorId: heir.id,
      actor: 'ops:test',
      reason: 'gone',
    };
    return (await inTransaction(pool, (client) => handOver(client, succession))).to;
  }

  test('is finished by repeating it', async () => {
    const leaver = await person('task-owner');
    const heir = await person('head');
    const caseId = await owned(leaver);
    const to = await noted(leaver, heir);
    expect(await leaves(leaver.email, heir.email)).toMatchObject({ outcome: 'finished', tasks: 1 });
    expect(await ownerOf(caseId)).toBe(to);
  });

  test('is finished by reconcile, also where the successor has left in turn', async () => {
    const leaver = await person('task-owner');
    const between = await person('head');
    const heir = await person('head');
    const caseId = await owned(leaver);
    const middle = await noted(leaver, between);
    const last = await noted({ id: middle, email: between.email }, heir);
    const { findings } = await reconcile(services);
    expect(findings).toEqual([expect.objectContaining({ kind: 'leaving-interrupted', repaired: true })]);
    expect(await ownerOf(caseId)).toBe(last);
    expect((await reconcile(services)).findings).toEqual([]);
  }, 120_000);
});

describe('a leaving is refused', () => {
  test('without a successor; of the last programme manager it says what would be missing', async () => {
    const leaver = await person('head');
    await expect(leaves(leaver.email, null)).rejects.toMatchObject({ code: 'successor-needed' });
    await expect(leaves(PEOPLE.manager.email, ' ')).rejects.toMatchObject({
      code: 'successor-needed',
      message: expect.stringContaining('last programme manager'),
    });
    expect(await posts(PEOPLE.manager.email)).toEqual(['programme-manager']);
  });

  test('where the successor is the leaver, unknown, gone, or cannot be written to; or the leaver is unknown', async () => {
    const leaver = await person('head');
    const gone = await person('head');
    const refused = await person('head');
    await pool.query(`UPDATE contacts SET left_at = now() WHERE contact_id = $1`, [gone.id]);
    await pool.query(`UPDATE contacts SET refused_at = now() WHERE contact_id = $1`, [refused.id]);
    const codes = async (email: string, successor: string, changes: Partial<LeaveRequest> = {}): Promise<unknown> =>
      leaves(email, successor, changes).catch(({ code }: { code: string }) => code);
    expect(await codes(leaver.email, leaver.email.toUpperCase())).toBe('same-person');
    expect(await codes(leaver.email, 'nobody@ag.example')).toBe('unknown-contact');
    expect(await codes(leaver.email, gone.email)).toBe('successor-left');
    expect(await codes(leaver.email, refused.email)).toBe('successor-refused');
    expect(await codes('nobody@ag.example', PEOPLE.head.email)).toBe('unknown-contact');
    expect(await codes(leaver.email, PEOPLE.head.email, { departmentId: 'D-HS' })).toBe('no-post');
    expect(await codes(leaver.email, PEOPLE.head.email, { departmentId: 'D-NO' })).toBe('unknown-department');
    expect(await codes(leaver.email, PEOPLE.head.email, { reason: ' ' })).toBe('reason-needed');
    expect(await codes(gone.email, PEOPLE.head.email)).toBe('left-before');
    expect(await posts(leaver.email)).toEqual(['D-AG head']);
  });
});
