import { type Connection } from '@temporalio/client';
import { type temporal } from '@temporalio/proto';
import { concurrently, IN_FLIGHT } from '../concurrently';
import { type Check, finding, ok } from './check';

/** How many open workflows are looked into: as many as a moment allows, or every one. */
export type Depth = 'quick' | 'every';

/** An open workflow that does not get on. */
export interface FailingCase {
  readonly workflowId: string;
  /** The failure's code; `workflow-task` where the workflow itself fails. */
  readonly code: string;
  readonly attempts: number;
}

type Description = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

const QUICK_MS = 5_000;
/** An attempt or two fail whenever the register restarts. */
const USUAL_ATTEMPTS = 3;
const SHOWN = 5;

const ADVICE: Readonly<Record<string, string>> = {
  'workflow-task':
    'the running version cannot go on with this case: read worker.log, and go back to the version that ran before',
  'digest-clash':
    'another event was recorded under the same number: do not repair by hand; clearsite audit verify, and tell the maintainers',
  'sequence-gap':
    'an event is missing in the register, as after restoring an older backup of it: restore register and Temporal from the same backup',
  'register-error':
    'the register refuses what is written: read postgres.log; it is tried again for ever, and nothing is lost',
};
const OTHER_ADVICE = 'it is tried again for ever, and nothing is lost; read worker.log';

/** Which open workflows fail their tasks, or have an activity that fails again and again. */
export async function checkCases(connection: Connection, namespace: string, depth: Depth): Promise<readonly Check[]> {
  const { count } = await connection.workflowService.countWorkflowExecutions({
    namespace,
    query: `ExecutionStatus = 'Running'`,
  });
  const end = depth === 'quick' ? Date.now() + QUICK_MS : Infinity;
  const failing: FailingCase[] = [];
  let looked = 0;
  await concurrently(openWorkflows(connection, namespace, end), IN_FLIGHT, async (workflowId) => {
    const description = await describe(connection, namespace, workflowId);
    looked += 1;
    if (description !== null) failing.push(...failuresOf(workflowId, description));
  });
  const of = `${looked} of ${count?.toString() ?? '?'} open workflows looked into`;
  if (failing.length === 0) return [ok('cases', `no open workflow fails (${of})`, { looked })];
  const codes = [...new Set(failing.map(({ code }) => code))];
  return codes.map((code) => {
    const cases = failing.filter((each) => each.code === code);
    const named = cases.slice(0, SHOWN).map(({ workflowId }) => workflowId);
    const more = cases.length > SHOWN ? ` and ${cases.length - SHOWN} more` : '';
    return finding(
      'cases',
      `${cases.length} fail with ${code}: ${named.join(', ')}${more} (${of})`,
      ADVICE[code] ?? OTHER_ADVICE,
      { code, cases },
    );
  });
}

/** Ids of open workflows: first those that the server itself reports problems of, then all, until the time is over. */
async function* openWorkflows(connection: Connection, namespace: string, end: number): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const query of [
    `ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL`,
    `ExecutionStatus = 'Running'`,
  ]) {
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const page = await connection.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: 200,
        nextPageToken,
      });
      for (const { execution } of page.executions) {
        const id = execution?.workflowId ?? '';
        if (seen.has(id)) continue;
        if (Date.now() > end) return;
        seen.add(id);
        yield id;
      }
      ({ nextPageToken } = page);
    } while (nextPageToken.length > 0);
  }
}

async function describe(connection: Connection, namespace: string, workflowId: string): Promise<Description | null> {
  try {
    return await connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  } catch (error) {
    const NOT_FOUND = 5;
    // Forgotten between listing and describing.
    if ((error as { code?: number }).code === NOT_FOUND) return null;
    throw error;
  }
}

function failuresOf(workflowId: string, { pendingWorkflowTask, pendingActivities }: Description): FailingCase[] {
  const task = pendingWorkflowTask?.attempt ?? 0;
  return [
    ...(task > 1 ? [{ workflowId, code: 'workflow-task', attempts: task }] : []),
    ...(pendingActivities ?? [])
      .filter(({ attempt }) => (attempt ?? 0) > USUAL_ATTEMPTS)
      .map(({ attempt, lastFailure }) => ({
        workflowId,
        code: lastFailure?.applicationFailureInfo?.type || 'activity',
        attempts: attempt ?? 0,
      })),
  ];
}
