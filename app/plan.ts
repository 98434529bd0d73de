import { calendarOf, localDate, localInstant, workingDate, workingDaysAfter } from '../domain/calendar';
import { makePlan } from '../domain/deadlines/plan';
import { Failure } from '../domain/errors';
import { type AddDays, type LadderPosition, nextRungs, type Rung } from '../domain/ladder/ladder';
import { type CaseState, currentStages, type DateFacts, type ExtendedDate, type Plan } from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { type Instant, type IsoDate } from '../domain/records';
import { type Nation, type WorkStage } from '../domain/vocabulary';
import { type Programme } from '../register/current-policy';
import { type CaseToPlan } from '../register/planning';
import { bankHolidays } from './calendar/bank-holidays';

/** How many rungs a ladder is handed at a time; `record` hands over further ones. */
export const RUNGS_AT_A_TIME = 12;

/** Dates as a policy and the calendar of a site's nation count them. */
export class Dates {
  readonly #calendar;

  constructor(
    private readonly policy: Policy,
    nation: Nation,
  ) {
    this.#calendar = calendarOf(policy, nation, bankHolidays());
  }

  /** The close of the n-th working day after a moment. */
  readonly due: AddDays = (from, days) => workingDaysAfter(this.#calendar, from, days);

  /** When the rung runs that is so many working days from a date: at the start of that day. */
  readonly rung: AddDays = (from, days) =>
    localInstant(
      this.#calendar,
      workingDate(this.#calendar, localDate(this.#calendar, from), days),
      this.policy.calendar.startOfDay,
    );

  /** The close of a date, working day or not. */
  close(date: IsoDate): Instant {
    return localInstant(this.#calendar, date, this.policy.calendar.closeOfDay);
  }

  /**
   * The close of the last working day that leaves the policy's margin before an upgrade. Null for one beyond the calendar, as
   * inventories write that none is planned: every other rule comes first, or is beyond the calendar too and says so.
   */
  beforeUpgrade(date: IsoDate): Instant | null {
    if (date > this.#calendar.last) return null;
    return this.due(this.close(date), -this.policy.deadlines.upgradeMarginDays);
  }

  /** The close of the last working day that is at least so many plain days before an instant. */
  readonly back: AddDays = (from, plainDays) => {
    const date = localDate(this.#calendar, new Date(Date.parse(from) - plainDays * 86_400_000).toISOString());
    return this.close(this.#calendar.isWorkingDay(date) ? date : workingDate(this.#calendar, date, -1));
  };
}

/** What a plan is computed for besides what the register says. */
export interface PlanChanges {
  /** @default those that the case's dates follow from */
  readonly facts?: DateFacts;
  /** Agreed to in this very moment. */
  readonly extended?: readonly ExtendedDate[];
}

/**
 * The due dates of a case, by the policy that rules now.
 * @param number of the plan
 * @returns null before the programme has started: no clock runs
 * @throws Failure `beyond-calendar` where a date lies outside the bank-holiday data
 */
export function planFor(
  item: CaseToPlan,
  policy: Policy,
  { startedAt }: Pick<Programme, 'startedAt'>,
  number: number,
  changes: PlanChanges = {},
): Plan | null {
  if (startedAt === null) return null;
  const { upgradeOn, sensitivity } = changes.facts ?? item.facts;
  const { removalDate } = policy.siteClasses[sensitivity];
  const start = item.since > startedAt ? item.since : startedAt;
  const dates = new Dates(policy, item.nation);
  // An upgrade that is over is not the next one any more.
  const upgrade = upgradeOn === null || dates.close(upgradeOn) <= start ? null : dates.beforeUpgrade(upgradeOn);
  return makePlan(number, {
    start,
    budgets: policy.stageBudgets.days,
    removalDate: removalDate === null ? null : dates.close(removalDate),
    beforeUpgrade: upgrade,
    extended: [...item.extended, ...(changes.extended ?? [])],
    merged: item.merged,
    addDays: dates.due,
  });
}

/** The next rungs of a ladder; fewer where the calendar's data ends. */
export function rungsFrom(policy: Policy, nation: Nation, stage: WorkStage, position: LadderPosition): Rung[] {
  const dates = new Dates(policy, nation);
  for (let count = RUNGS_AT_A_TIME; count > 0; count -= 1) {
    try {
      return nextRungs(policy.ladder, stage, position, count, dates.rung);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'beyond-calendar') throw error;
    }
  }
  return [];
}

/** The lowest rungs of the ladder that a case starts on. */
export function firstRungs(plan: Plan | null, policy: Policy, nation: Nation): Rung[] {
  const assess = plan?.milestones.find(({ stage }) => stage === 'assess');
  if (assess === undefined) return [];
  return rungsFrom(policy, nation, 'assess', { due: assess.due, cursor: null, anchor: null });
}

/** The next rungs of every ladder that a case is on. */
export function rungsAhead(state: CaseState, policy: Policy, nation: Nation): Rung[] {
  return currentStages(state).flatMap((stage) => {
    const { due, cursor, anchor } = state.ladders[stage];
    return due === null ? [] : rungsFrom(policy, nation, stage, { due, cursor, anchor });
  });
}
