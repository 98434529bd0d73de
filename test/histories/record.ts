import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { FAILURE_CONVERTER_PATH } from '../../platform/data-converter';
import { startTemporal } from '../../platform/embedded/temporal/start';
import { homePaths } from '../../platform/paths';
import { workflowIdOf } from '../../workflows/messages';
import { Cases, startCaseWorker } from '../support/case-worker';
import { startStack } from '../support/stack';
import { CONTINUED, continued, PATHS } from './paths';

/** Where the histories lie, one file for each run of a workflow. */
export const FOLDER = __dirname;
/** With this a history is continued after some 8 commands instead of some 370. */
const SHORT = 'limit.historyCount.suggestContinueAsNew:\n  - value: 100\n';

const { History } = temporal.api.history.v1;

/** One event a line: a changed history shows where it changed. */
function write(name: string, history: temporal.api.history.v1.IHistory): void {
  const plain = History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String });
  const lines = (plain['events'] as unknown[]).map((event) => JSON.stringify(event));
  writeFileSync(join(FOLDER, `${name}.json`), `{"events":[\n${lines.join(',\n')}\n]}\n`);
}

/** A history as {@link write} left it. The SDK's own reader of JSON needs one protobufjs for all its parts, which npm does not give it. */
export function read(text: string): temporal.api.history.v1.IHistory {
  return History.fromObject(JSON.parse(text) as Record<string, unknown>);
}

/**
 * Records every path anew on a server of its own and writes the histories. Payloads are plain: replaying needs no key.
 * Only before a release is tagged; afterwards old histories stay, and workflows change under `patched()`.
 */
export async function recordHistories(): Promise<void> {
  const shared = await startStack();
  const home = join(shared.home, 'histories');
  mkdirSync(home, { recursive: true });
  const server = await startTemporal({ home, log: () => undefined, timeSkipping: 'on' });
  const stack = { ...shared, temporal: { address: server.address, namespace: server.namespace } };
  const connection = await Connection.connect({ address: server.address });
  const dataConverter = { failureConverterPath: FAILURE_CONVERTER_PATH };
  const client = new Client({ connection, namespace: server.namespace, dataConverter, identity: 'test' });
  const cases = await Cases.in(stack, client);
  const worker = await startCaseWorker(stack, cases.pool, { dataConverter, identity: 'test' });
  try {
    for (const [name, path] of Object.entries(PATHS)) {
      const caseId = await path(cases);
      write(name, await client.workflow.getHandle(workflowIdOf(caseId)).fetchHistory());
    }
    // The server reads its settings once a minute.
    appendFileSync(join(homePaths(home).temporal, 'dynamic.yaml'), SHORT);
    for (let runs = 1; runs < 2;) {
      const caseId = await continued(cases);
      const handle = client.workflow.getHandle(workflowIdOf(caseId));
      const last = await handle.fetchHistory();
      const before = last.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
      if (before === '') continue;
      runs = 2;
      write(`${CONTINUED}-1`, await client.workflow.getHandle(workflowIdOf(caseId), before).fetchHistory());
      write(`${CONTINUED}-2`, last);
    }
  } finally {
    await worker.stop();
    await cases.close();
    await connection.close();
    await server.stop();
    await shared.stop();
  }
}
