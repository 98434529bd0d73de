import { type Role, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';
import { DAY, type Rung, rungId } from '../ladder/ladder';
import { type EventBody } from './events';
import { type CaseState, currentStages, type LadderState } from './state';

/** True where a rung was counted for the ladder as it stands: from the plan's due date, or anew since the ladder started late. */
export function isCurrent({ due, cursor, anchor }: LadderState, rung: Rung): boolean {
  return rung.due === due && rung.countedFrom === (anchor?.at ?? null) && (cursor === null || rung.days > cursor);
}

/** The rungs of a stage that are still to come, lowest first. */
function remaining(state: CaseState, stage: WorkStage, rungs: readonly Rung[]): Rung[] {
  return rungs
    .filter((rung) => rung.stage === stage && isCurrent(state.ladders[stage], rung))
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
  const ahead = remaining(state, stage, rungs);
  const past = ahead.filter(({ at }) => at <= now);
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
  // Only a ladder that still has rungs in the past (or may have: all in hand are) is counted anew; one on time keeps its instants.
  const late = index < past.length - 1 || past.length === ahead.length;
  return {
    type: 'rung-fired',
    stage,
    rung: rungId(fired),
    days: fired.days,
    late: Math.floor((Date.parse(now) - Date.parse(due)) / DAY),
    due,
    plan: state.planNumber,
    to: quiet ? [] : audience(fired, ladder),
    skipped: [...past.slice(0, index), ...(quiet ? [fired] : [])].map(rungId),
    anchor: late ? { days: fired.days, at: now } : ladder.anchor,
  };
}

/** The acknowledgement that runs, where it speaks of a stage whose turn it still is. */
function acknowledgement(state: CaseState): Extract<EventBody, { type: 'acknowledgement-expired' }> | null {
  const { acknowledgedAt, acknowledgedUntil, acknowledgedStages } = state;
  const stages = currentStages(state).filter((stage) => acknowledgedStages.includes(stage));
  if (acknowledgedAt === null || acknowledgedUntil === null || stages.length === 0) return null;
  return { type: 'acknowledgement-expired', saidOn: acknowledgedAt, until: acknowledgedUntil, stages };
}

/** What falls due at `now`: an exception or an acknowledgement that ends, and the rungs of the stages whose turn it is. */
export function dueNow(state: CaseState, rungs: readonly Rung[], now: Instant): EventBody[] {
  const { exception } = state;
  // While a device may stay nobody is reminded of it.
  if (exception !== null && exception.until > now) return [];
  const ended: EventBody[] =
    exception === null ? [] : [{ type: 'exception-ended', requestId: exception.requestId, until: exception.until }];
  const said = acknowledgement(state);
  const expired = said !== null && said.until <= now ? [said] : [];
  return [...ended, ...expired, ...currentStages(state).flatMap((stage) => climb(state, stage, rungs, now) ?? [])];
}

/**
 * The next instant at which something falls due; null = nothing until a command comes.
 * @param rungs what the register has handed over so far
 */
export function nextWake(state: CaseState, rungs: readonly Rung[]): Instant | null {
  if (state.exception !== null) return state.exception.until;
  const instants = currentStages(state).flatMap((stage) => remaining(state, stage, rungs)[0]?.at ?? []);
  const said = acknowledgement(state);
  return [...instants, ...(said === null ? [] : [said.until])].sort()[0] ?? null;
}

/** How many rungs of a stage's ladder are still to come. */
export function rungsInHand(state: CaseState, stage: WorkStage, rungs: readonly Rung[]): number {
  return remaining(state, stage, rungs).length;
}
