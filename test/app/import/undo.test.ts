import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Inventory, NOBODY } from './inventory';
import { undoImport } from '../../../app/import/undo-import';
import { Failure } from '../../../domain/errors';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

const HEADER = 'asset_id,make,model,site_id';
const FIRST = `${HEADER}\nCAM-1,Hikvision,A,S-1\nCAM-2,Axis,A,S-1\n`;

/** Everything but the imports themselves, when rows were touched, and who touched them. */
async function state(): Promise<unknown> {
  const {
    imports: _,
    import_changes: __,
    ...rest
  } = (await inventory.everything()) as Record<string, { row: Record<string, unknown> }[]>;
  for (const rows of Object.values(rest)) for (const { row } of rows) delete row['updated_at'];
  return rest;
}

/** The cases' workflows, as far as the register shows them: closes the case as `record` does. */
const withdrawn: string[] = [];
async function withdraw(caseId: string): Promise<void> {
  withdrawn.push(caseId);
  await inventory.pool.query(
    `UPDATE cases SET status = 'closed', stage = 'closed', outcome = 'withdrawn', closed_at = now() WHERE case_id = $1`,
    [caseId],
  );
}

async function open(): Promise<void> {
  await inventory.pool.query(`UPDATE cases SET status = 'open', sequence = 1 WHERE status = 'opening'`);
}

async function caseOf(assetId: string): Promise<string> {
  return (
    await inventory.rows<{ case_id: string }>('SELECT case_id FROM cases WHERE asset_id = $1 ORDER BY spell DESC', [
      assetId,
    ])
  )[0]!.case_id;
}

async function event(caseId: string, type: string): Promise<void> {
  await inventory.pool.query(
    `INSERT INTO audit_events (case_id, sequence, type, at, actor, command_id, payload, digest, hash)
     SELECT $1, coalesce(max(sequence), 0) + 1, $2, now(), 'x', 'x', '{}', 'x', 'x' FROM audit_events WHERE case_id = $1`,
    [caseId, type],
  );
}

describe('where no workflow can have been started', () => {
  test('an import of new devices leaves no trace but its own record', async () => {
    const before = await state();
    const { importId } = await inventory.import(FIRST);
    expect(await inventory.undo(importId!)).toMatchObject({
      restored: 0,
      removed: 2,
      kept: 0,
      withdrawn: 1,
      corrections: 0,
      needsPerson: [],
    });
    expect(await state()).toEqual(before);
    expect(
      await inventory.rows(
        `SELECT undo_reason, undone_by LIKE 'ops:%' AS by_ops, undo_report ->> 'removed' AS removed FROM imports WHERE import_id = $1`,
        [importId],
      ),
    ).toEqual([{ undo_reason: 'the wrong file', by_ops: true, removed: '2' }]);
  });

  test('changed devices have their earlier values again', async () => {
    await inventory.import(FIRST);
    const before = await state();
    const { importId } = await inventory.import(
      `${HEADER}\nCAM-1,Hikvision,B,S-2\nCAM-2,Hikvision,A,S-1\nCAM-3,Axis,A,S-1\n`,
    );
    expect(await inventory.undo(importId!)).toMatchObject({ restored: 2, removed: 1, withdrawn: 1, needsPerson: [] });
    expect(await state()).toEqual(before);
  });

  test('undone, the same file can be imported again as if for the first time', async () => {
    const { importId } = await inventory.import(FIRST);
    await inventory.undo(importId!);
    expect(await inventory.import(FIRST)).toMatchObject({ created: 2, casesOpening: 1, warnings: [] });
  });

  test('an import that is undone already says when, by whom and why, whoever asks again, and nothing is changed', async () => {
    await inventory.import(FIRST);
    const { importId } = await inventory.import(FIRST.replace('Axis,A', 'Axis,B'));
    const once = await inventory.undo(importId!);
    expect(once).toMatchObject({ undoneNow: true, reason: 'the wrong file', undoneByName: null });
    const before = await inventory.everything();
    const again = await undoImport(
      inventory.services,
      { importId: importId!, reason: 'another reason', who: NOBODY },
      withdraw,
    );
    expect(again).toEqual({ ...once, undoneNow: false });
    expect(await inventory.everything()).toEqual(before);
  });
});

describe('where cases are open', () => {
  test('those that nobody acted on are withdrawn, their mail is stopped, and what has left is corrected, once a person and case', async () => {
    await inventory.import(
      `department_id,role,name,email\nD-AG,task-owner,Kim,kim@ag.example\nD-AG,head,Al,al@ag.example\n`,
      { kind: 'contacts' },
    );
    const { importId } = await inventory.import(FIRST);
    await open();
    const caseId = await caseOf('CAM-1');
    await event(caseId, 'opened');
    await event(caseId, 'planned');
    await event(caseId, 'rung-fired');
    await inventory.pool.query(
      `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, state)
       SELECT v.key, k.programme_id, k.case_id, c.contact_id, 'task', v.state FROM cases k, contacts c
       JOIN (VALUES ('a', 'task-owner', 'sent'), ('b', 'task-owner', 'sent'), ('c', 'head', 'pending')) AS v (key, role, state) ON v.role = c.role`,
    );
    const report = await inventory.undo(importId!, withdraw);
    expect(report).toMatchObject({ removed: 1, kept: 1, withdrawn: 1, corrections: 1, needsPerson: [] });
    expect(withdrawn.at(-1)).toBe(caseId);
    expect(
      await inventory.rows(
        `SELECT o.kind, o.state, c.role FROM outbox o JOIN contacts c USING (contact_id) ORDER BY o.key`,
      ),
    ).toEqual([
      { kind: 'task', state: 'sent', role: 'task-owner' },
      { kind: 'task', state: 'sent', role: 'task-owner' },
      { kind: 'task', state: 'superseded', role: 'head' },
      { kind: 'correction', state: 'pending', role: 'task-owner' },
    ]);
  });

  test('the device stays for its case on record, and importing the mended file takes it over with a new spell', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    await inventory.undo(importId!, withdraw);
    expect(await inventory.import(FIRST.replaceAll('S-1', 'T-1'))).toMatchObject({
      rejected: 0,
      created: 1,
      updated: 1,
      casesOpening: 1,
    });
    expect(await inventory.cases()).toMatchObject([
      { asset_id: 'CAM-1', spell: 1, status: 'closed', outcome: 'withdrawn', department_id: 'D-AG' },
      { asset_id: 'CAM-1', spell: 2, status: 'opening', department_id: 'D-HS', follows: true },
    ]);
    expect(await inventory.rows('SELECT asset_id FROM flagged_without_case')).toEqual([]);
  });

  test('a case that somebody withdrew before the undoing still stands', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    await withdraw(await caseOf('CAM-1'));
    await inventory.undo(importId!, withdraw);
    const again = await inventory.import(FIRST);
    expect(again.casesOpening).toBe(0);
    expect(again.warnings).toEqual([expect.objectContaining({ code: 'listed-after-closing', subject: 'CAM-1' })]);
  });

  test('a case that somebody acted on stays, and a person is asked to look', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    const caseId = await caseOf('CAM-1');
    await event(caseId, 'opened');
    await event(caseId, 'acknowledged');
    expect(await inventory.undo(importId!, withdraw)).toMatchObject({
      withdrawn: 0,
      kept: 1,
      needsPerson: [{ subject: caseId, assetId: 'CAM-1', code: 'acted-on' }],
    });
    expect(await inventory.cases()).toMatchObject([{ status: 'open' }]);
    const again = await inventory.undo(importId!, withdraw);
    expect(again).toMatchObject({ undoneNow: false, needsPerson: [{ subject: caseId, code: 'acted-on' }] });
    await inventory.close('CAM-1', 'removed');
    expect((await inventory.undo(importId!, withdraw)).needsPerson).toEqual([]);
  });

  test('a case that runs, while no Temporal is named, is listed; the same command with one withdraws it', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    const caseId = await caseOf('CAM-1');
    expect(await inventory.undo(importId!)).toMatchObject({
      withdrawn: 0,
      needsPerson: [{ subject: caseId, assetId: 'CAM-1', code: 'not-withdrawn' }],
    });
    expect(await inventory.undo(importId!, withdraw)).toMatchObject({ undoneNow: true, withdrawn: 1, needsPerson: [] });
  });

  test('a case that cannot be withdrawn is listed; the same command tries again', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    const refuse = async (): Promise<void> => {
      throw new Failure('not-running', 'The workflow is not running.', { exit: 1 });
    };
    expect(await inventory.undo(importId!, refuse)).toMatchObject({
      withdrawn: 0,
      needsPerson: [{ code: 'not-withdrawn', text: 'The workflow is not running.' }],
    });
    expect(await inventory.undo(importId!, withdraw)).toMatchObject({ removed: 1, withdrawn: 1, needsPerson: [] });
  });

  test('a service that goes away in the middle ends the command with exit 3, and the same command goes on', async () => {
    const { importId } = await inventory.import(`${HEADER}\nCAM-1,Hikvision,A,S-1\nCAM-2,Hikvision,A,S-1\n`);
    await open();
    let calls = 0;
    const faltering = async (caseId: string): Promise<void> => {
      calls += 1;
      if (calls > 1) throw new Failure('temporal-unreachable', 'Temporal does not answer.', { exit: 3 });
      await withdraw(caseId);
    };
    await expect(inventory.undo(importId!, faltering)).rejects.toMatchObject({ exit: 3 });
    await inventory.undo(importId!, withdraw);
    expect(await inventory.cases()).toMatchObject([{ outcome: 'withdrawn' }, { outcome: 'withdrawn' }]);
  });
});

describe('what has changed since is left alone', () => {
  test('a device that a later import changed', async () => {
    await inventory.import(FIRST);
    const { importId } = await inventory.import(`${HEADER}\nCAM-1,Hikvision,B,S-1\nCAM-2,Axis,B,S-1\n`);
    await inventory.import(`${HEADER}\nCAM-2,Axis,C,S-1\n`);
    expect(await inventory.undo(importId!)).toMatchObject({
      restored: 1,
      needsPerson: [{ subject: 'CAM-2', code: 'changed-since' }],
    });
    expect((await inventory.devices()).map(({ model }) => model)).toEqual(['A', 'C']);
  });

  test('a created device that was transferred or merged', async () => {
    const { importId } = await inventory.import(`${HEADER}\nCAM-1,Axis,A,S-1\nCAM-2,Axis,A,S-1\nCAM-3,Axis,A,S-1\n`);
    await inventory.pool.query(`UPDATE devices SET site_id = 'T-1', updated_at = now() WHERE asset_id = 'CAM-1'`);
    await inventory.pool.query(`UPDATE devices SET merged_into = 'CAM-2', updated_at = now() WHERE asset_id = 'CAM-3'`);
    const { removed, needsPerson } = await inventory.undo(importId!);
    expect(removed).toBe(0);
    expect(needsPerson.map(({ subject }) => subject)).toEqual(['CAM-1', 'CAM-2', 'CAM-3']);
  });

  test('a case whose device a later import flagged too', async () => {
    const { importId } = await inventory.import(FIRST);
    await open();
    await inventory.import(FIRST.replace('Hikvision,A', 'Hikvision,B').replace('CAM-2,Axis,A,S-1\n', ''));
    expect(await inventory.undo(importId!, withdraw)).toMatchObject({
      withdrawn: 0,
      removed: 1,
      needsPerson: [{ subject: 'CAM-1', code: 'changed-since' }, { code: 'flagged-again' }],
    });
    expect(await inventory.cases()).toMatchObject([{ status: 'open' }]);
  });

  test('an import that later imports of the same department rest on is not undone before them', async () => {
    const first = await inventory.import(FIRST);
    const second = await inventory.import(FIRST);
    await inventory.import(`${HEADER}\nTWR-1,Axis,A,T-1\n`);
    await inventory.import(`${HEADER}\nTWR-1,Axis,A,T-1\n`);
    await expect(inventory.undo(first.importId!)).rejects.toMatchObject({
      code: 'later-imports',
      exit: 1,
      details: { laterImports: [second.importId] },
    });
    await inventory.undo(second.importId!);
    expect(await inventory.undo(first.importId!)).toMatchObject({ removed: 2 });
  });
});

describe('sites and contacts', () => {
  const SITE = 'site_id,name,department_id,department_name,nation,sensitivity';

  test('sites have their earlier values, and their devices their earlier scope', async () => {
    await inventory.import(`${HEADER}\nCAM-1,Hikvision,A,S-3\n`);
    const before = await state();
    const { importId, casesOpening } = await inventory.import(
      `${SITE}\nS-3,Store,D-AG,Farming,England,sensitive\nX-1,New,D-XX,Extra,England,\n`,
      { kind: 'sites' },
    );
    expect(casesOpening).toBe(1);
    expect(await inventory.undo(importId!)).toMatchObject({ restored: 1, removed: 1, withdrawn: 1, needsPerson: [] });
    expect(await state()).toEqual(before);
  });

  test('sites that devices are on stay', async () => {
    await inventory.import(`${HEADER}\nCAM-1,Axis,A,S-1\n`);
    const report = await inventory.undo(1);
    expect(report).toMatchObject({ removed: 3, needsPerson: [{ subject: 'S-1', code: 'in-use' }] });
  });

  test('contacts have their earlier values, and new ones go unless they have acted or been written to', async () => {
    const file = 'department_id,role,name,email\nD-AG,head,Al,al@ag.example\n';
    await inventory.import(file, { kind: 'contacts' });
    const before = await state();
    const { importId } = await inventory.import(
      `${file.replace('Al', 'Alex')}D-AG,task-owner,Kim,kim@ag.example\nD-AG,task-owner,Jo,jo@ag.example\n`,
      { kind: 'contacts' },
    );
    const [jo] = await inventory.rows<{ contact_id: string }>(`SELECT contact_id FROM contacts WHERE name = 'Jo'`);
    await inventory.pool.query(
      `INSERT INTO outbox (key, programme_id, contact_id, kind) SELECT 'k', programme_id, $1, 'task' FROM programmes`,
      [jo!.contact_id],
    );
    expect(await inventory.undo(importId!)).toMatchObject({
      restored: 1,
      removed: 1,
      needsPerson: [
        {
          subject: jo!.contact_id,
          code: 'in-use',
          contact: { departmentId: 'D-AG', siteId: null, role: 'task-owner', name: 'Jo' },
        },
      ],
    });
    // Personal data stays with the contact: what is kept with the import has the id alone.
    const [kept] = await inventory.rows<{ report: string }>(
      'SELECT undo_report::text AS report FROM imports WHERE import_id = $1',
      [importId],
    );
    expect(kept!.report).toContain(jo!.contact_id);
    expect(kept!.report).not.toContain('Jo');
    await inventory.pool.query(`DELETE FROM outbox; DELETE FROM contacts WHERE name = 'Jo'`);
    expect(await state()).toEqual(before);
  });
});

test.each([
  [99, 'there is no such import', 'unknown-import'],
  [2, 'it was cut short', 'import-not-finished'],
])('import %d: %s', async (importId, _, code) => {
  await inventory.import(`${FIRST}CAM-3,"`).catch(() => undefined);
  await expect(inventory.undo(importId)).rejects.toMatchObject({ code });
});

test('a reason is asked for', async () => {
  await expect(undoImport(inventory.services, { importId: 1, reason: ' ', who: NOBODY }, null)).rejects.toMatchObject({
    code: 'reason-needed',
    exit: 2,
  });
});
