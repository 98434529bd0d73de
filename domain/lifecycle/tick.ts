import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';
import { DAY, type Rung, rungId } from '../ladder/ladder';
import { type EventBody } from './events';
import { type CaseState, currentStages, type LadderState } from './state';

/** When a rung really runs: later than planned where the ladder started late. */
function runsAt(rung: Rung, ladder: LadderState): number {
  return Date.parse(rung.at) + ladder.shift;
}

/** The rungs of a stage that are still to come, lowest first; those of another due date than the plan's are stale. */
function remaining(state: CaseState, stage: WorkStage, rungs: readonly Rung[]): Rung[] {
  const { due, cursor } = state.ladders[stage];
  return rungs
    .filter((rung) => rung.stage === stage && rung.due === due && (cursor === null || rung.days > cursor))
    .sort((a, b) => a.days - b.days);
}

function audience(rung: Rung, ladder: LadderState): readonly Role[] {
  return rung.to === 'everyone-told' ? ladder.told : rung.to;
}

/**
 * An acknowledgement silences the owner's reminders before the due instant of the stages it was about, and nothing
 * from that instant onwards.
 */
function silenced(state: CaseState, rung: Rung, now: Instant): boolean {
  const { acknowledgedUntil, acknowledgedStages } = state;
  if (acknowledgedUntil === null || now >= acknowledgedUntil || !acknowledgedStages.includes(rung.stage)) return false;
  return rung.days < 0 && now < rung.due;
}

/**
 * What one stage's ladder does now. Of several rungs that are past, one fires: the last that tells the
 * lowest person not yet told and nobody beyond. The rungs above it follow after their usual gaps, counted from now.
 */
function climb(state: CaseState, stage: WorkStage, rungs: readonly Rung[], now: Instant): EventBody | null {
  const ladder = state.ladders[stage];
  const at = Date.parse(now);
  const ahead = remaining(state, stage, rungs);
  const past = ahead.filter((rung) => runsAt(rung, ladder) <= at);
  const due = ladder.due;
  const first = past.find((rung) => audience(rung, ladder).some((role) => !ladder.told.includes(role))) ?? past.at(-1);
  if (first === undefined || due === null) return null;
  const reached = new Set([...ladder.told, ...audience(first, ladder)]);
  const newly = audience(first, ladder).filter((role) => !ladder.told.includes(role));
  const fits = (rung: Rung): boolean => {
    const to = audience(rung, ladder);
    return to.every((role) => reached.has(role)) && newly.every((role) => to.includes(role));
  };
  const start = past.indexOf(first);
  const stop = past.findIndex((rung, index) => index > start && !fits(rung));
  const index = (stop === -1 ? past.length : stop) - 1;
  const fired = past[index];
  if (fired === undefined) return null;
  const quiet = silenced(state, fired, now);
  // Only a ladder that still has rungs in the past (or may have: all in hand are) is moved; one on time keeps its instants.
  const late = index < past.length - 1 || past.length === ahead.length;
  return {
    type: 'rung-fired',
    stage,
    rung: rungId(fired),
    days: fired.days,
    late: Math.floor((at - Date.parse(due)) / DAY),
    due,
    plan: state.planNumber,
    to: quiet ? [] : audience(fired, ladder),
    skipped: [...past.slice(0, index), ...(quiet ? [fired] : [])].map(rungId),
    shift: late ? Math.max(ladder.shift, at - Date.parse(fired.at)) : ladder.shift,
  };
}

/** The rungs that fire at `now`, for the stages whose turn it is. */
export function dueRungs(state: CaseState, rungs: readonly Rung[], now: Instant): EventBody[] {
  return currentStages(state).flatMap((stage) => climb(state, stage, rungs, now) ?? []);
}

/**
 * The next instant at which something falls due; null = nothing until a command comes.
 * @param rungs what the register has handed over so far
 */
export function nextWake(state: CaseState, rungs: readonly Rung[]): Instant | null {
  const instants = currentStages(state).flatMap((stage) => {
    const next = remaining(state, stage, rungs)[0];
    return next === undefined ? [] : [runsAt(next, state.ladders[stage])];
  });
  return instants.length === 0 ? null : new Date(Math.min(...instants)).toISOString();
}

/** How many rungs of a stage's ladder are still to come. */
export function rungsInHand(state: CaseState, stage: WorkStage, rungs: readonly Rung[]): number {
  return remaining(state, stage, rungs).length;
}
