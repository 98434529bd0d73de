import { addPlainDays, nextRungs, type Rung } from '../domain/ladder/ladder';
import { closeOfDay } from '../domain/deadlines/close-of-day';
import { makePlan } from '../domain/deadlines/plan';
import { type CaseState, currentStages, type Plan } from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { type Programme } from '../register/current-policy';
import { type CaseToPlan } from '../register/planning';

/** How many rungs of its first ladder a case starts with; `record` hands over further ones. */
const FIRST_RUNGS = 12;

/**
 * The due dates of a case, by the policy that rules now.
 * @returns null before the programme has started: no clock runs
 */
export function planFor(
  item: CaseToPlan,
  policy: Policy,
  { startedAt }: Pick<Programme, 'startedAt'>,
  number: number,
): Plan | null {
  if (startedAt === null) return null;
  const { removalDate } = policy.siteClasses[item.sensitivity];
  return makePlan(number, {
    start: item.since > startedAt ? item.since : startedAt,
    budgets: policy.stageBudgets.days,
    removalDate: removalDate === null ? null : closeOfDay(removalDate, policy.zone),
    addDays: addPlainDays,
  });
}

/** The lowest rungs of the ladder that a case starts on. */
export function firstRungs(plan: Plan | null, policy: Policy): Rung[] {
  const assess = plan?.milestones.find(({ stage }) => stage === 'assess');
  return assess === undefined ? [] : nextRungs(policy.ladder, 'assess', assess.due, null, FIRST_RUNGS, addPlainDays);
}

/** The next rungs of every ladder that a case is on. */
export function rungsAhead(state: CaseState, policy: Policy): Rung[] {
  return currentStages(state).flatMap((stage) => {
    const { due, cursor } = state.ladders[stage];
    return due === null ? [] : nextRungs(policy.ladder, stage, due, cursor, FIRST_RUNGS, addPlainDays);
  });
}
