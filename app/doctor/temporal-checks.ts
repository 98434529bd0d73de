import { type Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { type Config, requireTemporal } from '../../platform/config';
import { openTemporalConnection, temporalAway } from '../../platform/connections';
import { atLeast, MINIMUM_SERVER } from '../../platform/embedded/temporal/version';
import { loadKeyRing } from '../../platform/keys';
import { SEARCH_ATTRIBUTES } from '../../platform/namespace';
import { TASK_QUEUE } from '../../workflows/messages';
import { type Check, finding, ok, unavailable } from './check';
import { checkCases, type Depth } from './failing-cases';

/** A worker asks again at least once a minute; one that has not for so long is gone. */
const POLLED_WITHIN_MS = 90_000;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = temporal.api.enums.v1.TaskQueueType;

/** Temporal: reachable, which version, prepared, worked for, and which workflows fail. */
export async function checkTemporal(config: Config, now: Date, depth: Depth): Promise<readonly Check[]> {
  let connection: Connection;
  try {
    connection = await openTemporalConnection(config);
  } catch (error) {
    return [unavailable('temporal', error)];
  }
  try {
    const { namespace } = requireTemporal(config);
    const prepared = await checkNamespace(connection, namespace);
    const checks = [await checkVersion(connection), prepared, checkKeys(config)];
    if (prepared.verdict !== 'ok') return checks;
    return [
      ...checks,
      await checkWorker(connection, namespace, now),
      ...(await checkCases(connection, namespace, depth)),
    ];
  } catch (error) {
    // It went away meanwhile, or refuses what we ask.
    if (typeof (error as { code?: unknown }).code !== 'number') throw error;
    return [unavailable('temporal', temporalAway(config, requireTemporal(config).address, error))];
  } finally {
    await connection.close();
  }
}

async function checkVersion(connection: Connection): Promise<Check> {
  const { serverVersion: version } = await connection.workflowService.getSystemInfo({});
  return atLeast(version, MINIMUM_SERVER)
    ? ok('temporal', `Temporal server ${version}`, { version })
    : finding('temporal', `Temporal server ${version} is older than ${MINIMUM_SERVER}`, 'upgrade the server', {
        version,
      });
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Check> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const absent = SEARCH_ATTRIBUTES.filter((name) => !(name in customAttributes));
    return absent.length === 0
      ? ok('namespace', `${namespace}, with its search attributes`)
      : finding('namespace', `${namespace} lacks the search attributes ${absent.join(', ')}`, 'clearsite migrate', {
          absent,
        });
  } catch (error) {
    const code = (error as { code?: number }).code;
    if (code === NOT_FOUND) return finding('namespace', `${namespace} does not exist`, 'clearsite migrate');
    if (code === PERMISSION_DENIED)
      return ok('namespace', `${namespace}; the server does not let us see its search attributes`);
    throw error;
  }
}

function checkKeys(config: Config): Check {
  try {
    const { keys } = loadKeyRing(config);
    return ok('keys', `${keys.size} in the key ring`);
  } catch (error) {
    return unavailable('keys', error);
  }
}

async function checkWorker(connection: Connection, namespace: string, now: Date): Promise<Check> {
  const polling = await Promise.all(
    [TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY].map(async (taskQueueType) => {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: TASK_QUEUE },
        taskQueueType,
      });
      const recent = pollers.filter(
        ({ lastAccessTime }) => now.getTime() - Number(lastAccessTime?.seconds ?? 0) * 1000 < POLLED_WITHIN_MS,
      );
      return new Set(recent.map(({ identity }) => identity)).size;
    }),
  );
  const workers = Math.min(...polling);
  return workers > 0
    ? ok('worker', `${workers} polling task queue "${TASK_QUEUE}"`, { workers })
    : finding(
        'worker',
        `none polls task queue "${TASK_QUEUE}", so no case moves and no mail leaves`,
        'clearsite worker (or clearsite up)',
        { workers },
      );
}
