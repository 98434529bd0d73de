import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { project } from '../domain/lifecycle';
import { policyOf, theProgramme } from '../register/current-policy';
import { type CaseToPlan, openingCases } from '../register/planning';
import {
  DEVICE_REMOVAL,
  departmentAttribute,
  type DeviceRemovalInput,
  programmeAttribute,
  stageAttribute,
  TASK_QUEUE,
  workflowIdOf,
} from '../workflows/messages';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
import { firstRungs, planFor } from './plan';
import { type Services } from './services';

export interface OpenOptions {
  /** Called after each start with how many there have been. */
  readonly onProgress?: (started: number) => void;
}

/**
 * Starts a case's workflow. One that runs under this id is left alone.
 * @param ended what to do where one has ended: leave that alone too (`opened-once`), or start another (`revived`)
 */
export async function startCase(
  client: Client,
  input: DeviceRemovalInput,
  ended: 'opened-once' | 'revived',
): Promise<void> {
  const { facts, carried } = input;
  const stage = (carried && project(carried)?.stage) ?? 'assess';
  try {
    await client.workflow.start(DEVICE_REMOVAL, {
      workflowId: workflowIdOf(facts.caseId),
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowIdReusePolicy: ended === 'revived' ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [
        { key: stageAttribute, value: stage },
        { key: departmentAttribute, value: facts.departmentId },
        { key: programmeAttribute, value: facts.programmeId },
      ],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/**
 * Starts one workflow for every case that is `opening`; recording `opened` marks the row open. Starting is idempotent,
 * so it may be interrupted, repeated and run twice at once.
 * @returns how many workflows were started or found
 */
export async function openCases(services: Services, { onProgress }: OpenOptions = {}): Promise<number> {
  const pool = await services.register();
  const rows = pages(
    (after, limit) => openingCases(pool, after, limit),
    ({ facts }) => facts.caseId,
  );
  const first = await rows.next();
  if (first.done === true) return 0;
  const client = await services.temporal();
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  let started = 0;
  const start = async (item: CaseToPlan): Promise<void> => {
    const plan = planFor(item, policy, programme, 1);
    await startCase(client, { facts: item.facts, plan, rungs: firstRungs(plan, policy, item.nation) }, 'opened-once');
    started += 1;
    onProgress?.(started);
  };
  await start(first.value);
  await concurrently(rows, IN_FLIGHT, start);
  return started;
}
