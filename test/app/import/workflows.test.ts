import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importRequest } from '../../../app/import/request';
import { importFile } from '../../../app/import/import-file';
import { openAfterImport } from '../../../app/import/open-after-import';
import { type ImportReport } from '../../../app/import/report';
import { undoImport } from '../../../app/import/undo-import';
import { throughWorkflows } from '../../../app/import/withdraw-case';
import { reconcile } from '../../../app/reconcile';
import { Cases, type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { command, DO } from '../../support/a-case';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';
import { NOBODY } from './inventory';

let stack: TestStack;
let cases: Cases;
let worker: CaseWorker;

beforeAll(async () => {
  stack = await startStack();
  cases = await Cases.in(stack);
  worker = await startCaseWorker(stack, cases.pool);
}, 600_000);
afterAll(async () => {
  await worker?.stop();
  await cases?.close();
  await stack?.stop();
});

function bring(lines: readonly string[]): Promise<ImportReport> {
  const path = join(stack.home, 'devices.csv');
  writeFileSync(path, `asset_id,make,site_id\n${lines.join('\n')}\n`);
  return importFile(cases.services, importRequest(path, 'devices'));
}

async function statuses(importId: number): Promise<string[]> {
  const { rows } = await cases.pool.query<{ status: string }>(
    `SELECT asset_id || ' ' || spell || ' ' || status || coalesce(' ' || outcome, '') AS status FROM cases WHERE import_id = $1 ORDER BY asset_id, spell`,
    [importId],
  );
  return rows.map(({ status }) => status);
}

const undo = (importId: number) =>
  undoImport(
    cases.services,
    { importId, reason: 'the wrong file', who: NOBODY },
    throughWorkflows(cases.services, NOBODY, importId),
  );

test('the cases of an import are opened by its workflows, and withdrawn by them when it is undone', async () => {
  const { importId, casesOpening } = await bring([
    'A-1,Hikvision,S-1',
    'A-2,Dahua,S-2',
    'A-3,Hikvision,S-1',
    'A-4,Axis,S-1',
  ]);
  expect(casesOpening).toBe(3);
  expect(await openAfterImport(cases.services, () => undefined)).toMatchObject({ outcome: 'opened', started: 3 });
  await until(async () => (await statuses(importId!)).every((status) => status.endsWith(' open')), 120_000);
  // Somebody acts on one of them.
  const { rows } = await cases.pool.query<{ case_id: string }>(`SELECT case_id FROM cases WHERE asset_id = 'A-3'`);
  await cases.send(rows[0]!.case_id, command(DO.covered));

  const report = await undo(importId!);
  expect(report).toMatchObject({
    removed: 1,
    kept: 3,
    withdrawn: 2,
    needsPerson: [{ subject: rows[0]!.case_id, code: 'acted-on' }],
  });
  expect(await statuses(importId!)).toEqual(['A-1 1 closed withdrawn', 'A-2 1 closed withdrawn', 'A-3 1 open']);
  const events = await cases.pool.query<{ reason: string }>(
    `SELECT payload ->> 'reason' AS reason FROM audit_events WHERE type = 'closed'`,
  );
  expect(new Set(events.rows.map(({ reason }) => reason))).toEqual(
    new Set([`Import ${importId} was undone: the wrong file`]),
  );
  expect((await reconcile(cases.services)).findings).toEqual([]);

  // Imported again, the devices are taken over and their next spells open.
  const again = await bring(['A-1,Hikvision,S-1', 'A-2,Dahua,S-2']);
  expect(again).toMatchObject({ updated: 2, unchanged: 0, casesOpening: 2 });
  expect(await statuses(again.importId!)).toEqual(['A-1 2 opening', 'A-2 2 opening']);
});

test('cases that are still opening are withdrawn through the workflow too, for it may be on its way', async () => {
  const { importId } = await bring(['B-1,Hikvision,S-1', 'B-2,Hikvision,S-1']);
  expect(await statuses(importId!)).toEqual(['B-1 1 opening', 'B-2 1 opening']);
  expect(await undo(importId!)).toMatchObject({ withdrawn: 2, kept: 2, needsPerson: [] });
  expect(await statuses(importId!)).toEqual(['B-1 1 closed withdrawn', 'B-2 1 closed withdrawn']);
});
