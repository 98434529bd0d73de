import { type CaseEvent, type CaseState, type EventType } from '../../domain/lifecycle';
import { type Stage, type WorkStage } from '../../domain/vocabulary';

/** What may come before a stage is done, written down apart from the code that is tested. */
const EARLIER: Readonly<Record<WorkStage, readonly WorkStage[]>> = {
  assess: [],
  disconnect: ['assess'],
  schedule: ['assess'],
  remove: ['assess', 'disconnect', 'schedule'],
  verify: ['assess', 'disconnect', 'schedule', 'remove'],
};
const ALL = Object.keys(EARLIER) as WorkStage[];

/** The events that a person's link must not survive. */
const CHANGES_STAGE_PLAN_OR_DECISION: readonly EventType[] = [
  'opened',
  'planned',
  'assessment-proposed',
  'assessed',
  'disconnected',
  'scheduled',
  'removed',
  'verified',
  'closed',
  'reassigned',
  'retracted',
  'transferred',
  'absorbed',
  'requested',
  'decided',
  'facts-revised',
  'exception-ended',
];

/** Everything that is wrong with a state taken alone; empty = legal. */
export function illegalities(state: CaseState): string[] {
  const { stages, facts, outcome, result } = state;
  const wrong: string[] = [];
  const insist = (condition: boolean, what: string): void => {
    if (!condition) wrong.push(what);
  };
  const settled = (stage: WorkStage): boolean => stages[stage].done !== null || stages[stage].skipped;

  for (const stage of ALL) {
    const { done, by, typedBy, skipped, baseline, due, rule } = stages[stage];
    insist(done === null || EARLIER[stage].every(settled), `${stage} is done before what comes before it`);
    insist((done === null) === (by === null), `${stage} is done by nobody, or somebody did what is not done`);
    insist(done !== null || typedBy === null, `${stage} was typed and is not done`);
    insist(done === null || done <= state.lastAt, `${stage} is done in the future`);
    insist(!(skipped && done !== null), `${stage} is both done and not needed`);
    insist((due === null) === (state.planNumber === 0), `${stage}: a due date without a plan, or a plan without one`);
    insist((due === null) === (baseline === null) && (due === null) === (rule === null), `${stage}: half a due date`);
    insist(state.ladders[stage].due === due, `${stage}: the ladder is of another due date`);
    const { told, left, cursor } = state.ladders[stage];
    insist(new Set(told).size === told.length, `${stage}: a role was told twice over`);
    insist(due !== null || (cursor === null && told.length === 0), `${stage}: a ladder without a due date`);
    insist(new Set([...left.map((one) => one.due), due]).size === left.length + 1, `${stage}: two ladders of one date`);
  }
  const gone = result === 'already-removed';
  insist(stages.disconnect.skipped === (gone || facts?.offCore === true), 'disconnect is needed or not, wrongly');
  insist(stages.schedule.skipped === gone && stages.remove.skipped === gone, 'booking or removal wrongly skipped');
  insist(!stages.assess.skipped && !stages.verify.skipped, 'assessing or verifying was skipped');
  insist((result === null) === (stages.assess.done === null), 'a result without an assessment, or the reverse');
  insist(state.confirmedCovered === (result === 'covered'), 'confirmed as covered without a person’s word');
  insist(state.proposedBy === null || result === null, 'a proposal outlived the assessment');
  insist((state.bookedOn === null) === (stages.schedule.done === null), 'a booked day without booking');
  insist(
    (stages.verify.done !== null) === (outcome === 'removed'),
    'verified and not closed as removed, or the reverse',
  );
  insist((outcome === 'not-covered') === (result === 'not-covered'), 'not covered, and the case goes on');
  insist((outcome === 'not-found') === (result === 'not-found'), 'not found, and the case goes on');
  if (outcome === 'removed') {
    const remover = gone ? stages.assess : stages.remove;
    const { by, typedBy } = stages.verify;
    insist(by !== remover.by && by !== remover.typedBy && typedBy !== remover.by, 'the remover verified');
  }
  insist(facts !== null || state.sequence === 0, 'something happened before the opening');
  const asks = state.pending.map((one) => (one.kind === 'extension' ? `${one.kind} ${one.stage}` : one.kind));
  insist(new Set(asks).size === asks.length, 'the same is asked for twice over');
  insist(outcome === null || state.pending.length === 0, 'something waits for a decision on a closed case');
  insist(outcome === null || state.exception === null, 'a closed case may stay');
  insist(state.exception === null || state.exceptionsAgreed > 0, 'an exception that nobody agreed to');
  insist((state.acknowledgedAt === null) === (state.acknowledgedUntil === null), 'half an acknowledgement');
  insist(state.recent.length <= 100, 'more commands remembered than agreed');
  return wrong;
}

/** Everything that is wrong with a step from one state to another by events; empty = legal. */
export function illegalStep(before: CaseState, events: readonly CaseEvent[], after: CaseState): string[] {
  const wrong: string[] = [];
  const insist = (condition: boolean, what: string): void => {
    if (!condition) wrong.push(what);
  };
  insist(before.outcome === null || events.length === 0, 'something happened to a closed case');
  insist(
    events.every(({ sequence }, index) => sequence === before.sequence + index + 1),
    'the sequence has a gap or a repeat',
  );
  insist(after.sequence === before.sequence + events.length, 'the state has counted other events');
  const raised = events.filter(({ type }) => CHANGES_STAGE_PLAN_OR_DECISION.includes(type)).length;
  insist(after.revision === before.revision + raised, 'the revision rose for something else');
  const instants = [before.lastAt, ...events.map(({ at }) => at), after.lastAt];
  insist(
    instants.every((at, index) => index === 0 || at >= instants[index - 1]!),
    'time ran backwards',
  );
  insist(after.planNumber >= before.planNumber, 'an older plan came back');
  for (const stage of ALL) {
    const { baseline } = before.stages[stage];
    insist(
      baseline === null || after.stages[stage].baseline === baseline,
      `${stage}: the original date was overwritten`,
    );
  }
  for (const event of events) {
    if (event.type === 'decided') {
      const asked = before.pending.find(({ requestId }) => requestId === event.requestId);
      insist(asked !== undefined, 'what nobody asked for was decided');
      insist(asked?.by !== event.actor && asked?.by !== event.enteredBy, 'the asker decided');
    }
    if (event.type === 'rung-fired')
      insist(after.exception === null, 'somebody was reminded of a device that may stay');
  }
  const agreed = events.some((event) => event.type === 'decided' && event.verdict === 'agreed');
  insist(agreed || after.exceptionsAgreed === before.exceptionsAgreed, 'an exception without a decision');
  for (const stage of ALL) {
    const [was, is] = [before.stages[stage].due, after.stages[stage].due];
    const planned = events.some(({ type }) => type === 'planned');
    insist(was === is || planned, `${stage}: the due date moved without a plan`);
  }
  const taken = new Set(events.flatMap((event) => (event.type === 'retracted' ? [event.stage] : [])));
  for (const stage of ALL.filter((one) => !taken.has(one))) {
    const { done } = before.stages[stage];
    insist(
      done === null || after.stages[stage].done === done,
      `${stage}: what was done was undone without a retraction`,
    );
  }
  const skippedBefore = before.evidence.every((one, index) => after.evidence[index] === one);
  insist(skippedBefore, 'evidence was lost');
  return wrong;
}

/** The stage that reports show, from the definition in the contract: the earliest unfinished in order. */
export function stageByContract(state: CaseState): Stage {
  if (state.outcome !== null) return 'closed';
  return ALL.find((stage) => state.stages[stage].done === null && !state.stages[stage].skipped) ?? 'closed';
}
