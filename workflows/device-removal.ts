import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type CaseProjection, NEW_CASE, nextWake, project, SYSTEM } from '../domain/lifecycle';
import { type Instant } from '../domain/records';
import { CaseRun } from './case-run';
import {
  type Activities,
  actUpdate,
  caseQuery,
  departmentAttribute,
  type DeviceRemovalInput,
  stageAttribute,
  STARTING_AFRESH,
} from './messages';
import { WakeTimer } from './wake-timer';

const { record } = proxyActivities<Pick<Activities, 'record'>>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** The workflow's clock. */
const now = (): Instant => new Date().toISOString();

/** True once the server wants a fresh history. No command is taken then: senders in a row would keep it from starting. */
const mustStartAfresh = (): boolean => workflowInfo().continueAsNewSuggested;

/** Shows where the case stands in Temporal's own tools; search attributes cost an event, so only a change is sent. */
function show(
  { stage, departmentId, dueAt, nextAction }: CaseProjection,
  before: Pick<CaseProjection, 'stage' | 'departmentId'>,
): void {
  setCurrentDetails(
    `stage ${stage}${dueAt === null ? '' : `, due ${dueAt}`}${nextAction === '' ? '' : `: ${nextAction}`}`,
  );
  const changed = [
    ...(stage === before.stage ? [] : [{ key: stageAttribute, value: stage }]),
    ...(departmentId === before.departmentId ? [] : [{ key: departmentAttribute, value: departmentId }]),
  ];
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/**
 * The removal of one device: assess, disconnect and schedule, remove, verify. It waits for a command or for the next
 * instant that matters, decides, and has the register record what happened; the rules are in domain/lifecycle.
 */
export async function deviceRemoval(input: DeviceRemovalInput): Promise<void> {
  const { facts, plan, carried } = input;
  const run = new CaseRun(carried ?? NEW_CASE, input.rungs);

  setHandler(caseQuery, () => ({
    state: run.state,
    projection: project(run.state),
    nextWake: nextWake(run.state, run.rungs),
    rungs: run.rungs,
  }));
  if (carried === undefined) {
    run.take({ type: 'open', facts, plan, commandId: 'open', actor: SYSTEM, expectedRevision: null }, now());
  }
  setHandler(
    actUpdate,
    async (command) => {
      // Validators do not run again on replay, so it is this decision that rules.
      const answer = run.take(command, now());
      await condition(() => run.recorded >= answer.sequence);
      return answer;
    },
    {
      validator: (command) => {
        if (mustStartAfresh()) throw ApplicationFailure.nonRetryable('The history starts afresh.', STARTING_AFRESH);
        run.check(command, now());
      },
    },
  );

  const timer = new WakeTimer();
  let shown = (carried && project(carried)) ?? { stage: 'assess' as const, departmentId: facts.departmentId };
  for (;;) {
    if (run.hasBatch()) {
      const batch = run.nextBatch();
      const { rungs } = await record(batch);
      run.wasRecorded(batch, rungs);
      show(batch.projection, shown);
      shown = batch.projection;
    } else if (run.isClosed() || mustStartAfresh()) {
      await condition(() => run.hasBatch() || allHandlersFinished());
      if (run.hasBatch()) continue;
      timer.stop();
      if (run.isClosed()) return;
      await continueAsNew<typeof deviceRemoval>({ facts, plan: null, rungs: run.rungs, carried: run.state });
    } else {
      timer.set(nextWake(run.state, run.rungs));
      await condition(() => run.hasBatch() || timer.fired || mustStartAfresh());
      if (!timer.fired || timer.at === null || run.hasBatch()) continue;
      // The server may wake a little early by its clock: what was due at an instant happens at that instant or later.
      const at = now() < timer.at ? timer.at : now();
      const commandId = `tick/${run.state.sequence + 1}`;
      run.take({ type: 'tick', rungs: run.rungs, commandId, actor: SYSTEM, expectedRevision: null }, at);
    }
  }
}
