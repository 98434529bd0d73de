import { beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURE_CONVERTER_PATH } from '../../platform/data-converter';
import { quieten, workflowBundle } from '../support/case-worker';
import { CONTINUED, PATHS } from './paths';
import { FOLDER, read, recordHistories } from './record';

// RECORD_HISTORIES=yes npx jest test/histories writes them anew (before the first tagged release only).
const RECORD = process.env['RECORD_HISTORIES'] === 'yes';
if (RECORD) beforeAll(recordHistories, 600_000);

const names = [...Object.keys(PATHS), `${CONTINUED}-1`, `${CONTINUED}-2`];

function textOf(name: string): string {
  return readFileSync(join(FOLDER, `${name}.json`), 'utf8');
}

async function replay(text: string): Promise<void> {
  quieten();
  await Worker.runReplayHistory(
    { workflowBundle: await workflowBundle(), dataConverter: { failureConverterPath: FAILURE_CONVERTER_PATH } },
    read(text),
    'removal/k_replayed',
  );
}

describe('the workflow of today carries on with the history of yesterday', () => {
  test.each(names)('%s', async (name) => {
    await replay(textOf(name));
  });

  test('every path has its history, and every history its path', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    expect(files.sort()).toEqual(names.map((name) => `${name}.json`).sort());
  });

  test('a history of another workflow is noticed', async () => {
    const other = textOf('happy').replaceAll('"name":"record"', '"name":"recordElsewhere"');
    await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
  });

  test('the histories show every kind of event that a case’s life has, and name no machine', () => {
    const all = names.map(textOf);
    const kinds = new Set(
      all.flatMap((text) => [...text.matchAll(/"eventType":"EVENT_TYPE_(\w+)"/g)].map(([, kind]) => kind)),
    );
    for (const kind of [
      'TIMER_FIRED',
      'TIMER_CANCELED',
      'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
      'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
      'WORKFLOW_EXECUTION_COMPLETED',
      'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
      'ACTIVITY_TASK_COMPLETED',
    ])
      expect(kinds).toContain(kind);
    const identities = new Set(
      all.flatMap((text) => [...text.matchAll(/"identity":"([^"]*)"/g)].map(([, who]) => who)),
    );
    expect([...identities].filter((who) => !['test', 'history-service', ''].includes(who!))).toEqual([]);
    expect(all.filter((text) => /\/(home|root|work|tmp)\//.test(text))).toEqual([]);
  });
});
