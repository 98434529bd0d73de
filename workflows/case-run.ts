import { ApplicationFailure } from '@temporalio/workflow';
import { type Instant } from '../domain/records';
import {
  type CaseState,
  type Command,
  currentStages,
  decide,
  isCurrent,
  project,
  rungsInHand,
} from '../domain/lifecycle';
import { type Rung } from '../domain/ladder/ladder';
import { noticesOf } from '../domain/notices/notices';
import { type CommandAnswer, type RecordInput, type RungRequest } from './messages';

/** Ask the register for more rungs when a ladder has fewer than this. */
const FEW_RUNGS = 8;

type Batch = Pick<RecordInput, 'events' | 'notices'>;

/** A case while its workflow runs: its state, what waits to be recorded, and how far recording has come. */
export class CaseRun {
  #state: CaseState;
  #rungs: readonly Rung[];
  #queue: Batch[] = [];
  #recorded: number;

  constructor(state: CaseState, rungs: readonly Rung[]) {
    this.#state = state;
    this.#rungs = rungs;
    this.#recorded = state.sequence;
  }

  get state(): CaseState {
    return this.#state;
  }

  get rungs(): readonly Rung[] {
    return this.#rungs;
  }

  /** The sequence number of the last event that the register holds. */
  get recorded(): number {
    return this.#recorded;
  }

  isClosed(): boolean {
    return this.#state.outcome !== null;
  }

  hasBatch(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * Refuses a command that cannot be accepted now.
   * @throws ApplicationFailure whose type is the rejection's code
   */
  check(command: Command, now: Instant): void {
    const decision = decide(this.#state, command, now);
    if (!decision.accepted) throw ApplicationFailure.nonRetryable(decision.message, decision.code);
  }

  /**
   * Decides a command, applies its events and queues them for recording, all before anything else can happen.
   * @throws ApplicationFailure whose type is the rejection's code
   */
  take(command: Command, now: Instant): CommandAnswer {
    const before = this.#state;
    const decision = decide(before, command, now);
    if (!decision.accepted) throw ApplicationFailure.nonRetryable(decision.message, decision.code);
    this.#state = decision.state;
    const { events } = decision;
    // A new plan may come with another ladder or calendar: its rungs are asked for anew.
    if (before.planNumber > 0 && events.some(({ type }) => type === 'planned')) this.#rungs = [];
    if (events.length > 0) this.#queue.push({ events, notices: noticesOf(before, events, decision.state) });
    return decision.answer;
  }

  /** Everything queued so far, as one batch. */
  nextBatch(): RecordInput {
    const queued = this.#queue;
    this.#queue = [];
    const projection = project(this.#state);
    const facts = this.#state.facts;
    if (projection === null || facts === null) throw ApplicationFailure.nonRetryable('Nothing was opened.', 'not-open');
    return {
      caseId: facts.caseId,
      events: queued.flatMap(({ events }) => events),
      notices: queued.flatMap(({ notices }) => notices),
      projection,
      ladders: this.#ladders(),
    };
  }

  /** The register holds a batch; `rungs` are what it handed over in return. */
  wasRecorded(batch: RecordInput, rungs: readonly Rung[]): void {
    this.#recorded = batch.events.at(-1)?.sequence ?? this.#recorded;
    const current = new Set(currentStages(this.#state));
    const held = this.#rungs.filter(
      (rung) => current.has(rung.stage) && isCurrent(this.#state.ladders[rung.stage], rung),
    );
    // Rungs asked for before a replan may be of the ladder and calendar that ruled then.
    const fresh = batch.projection.planNumber === this.#state.planNumber ? rungs : [];
    this.#rungs = fresh.length === 0 && held.length === this.#rungs.length ? this.#rungs : [...held, ...fresh];
  }

  #ladders(): RungRequest[] {
    return currentStages(this.#state).flatMap((stage) => {
      const ladder = this.#state.ladders[stage];
      const { due, cursor, anchor } = ladder;
      if (due === null || rungsInHand(this.#state, stage, this.#rungs) >= FEW_RUNGS) return [];
      const held = this.#rungs.filter((rung) => rung.stage === stage && isCurrent(ladder, rung));
      const after = Math.max(...held.map(({ days }) => days), cursor ?? Number.NEGATIVE_INFINITY);
      return [{ stage, due, cursor: Number.isFinite(after) ? after : null, anchor }];
    });
  }
}
