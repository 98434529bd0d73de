import { type Instant } from '../records';
import { type Plan, type PlannedMilestone } from '../lifecycle/state';
import { type AddDays } from '../ladder/ladder';
import { STAGES, type WorkStage } from '../vocabulary';

/** What due dates are computed from. */
export interface PlanInputs {
  /** When the clock starts: programme start or the case's opening, whichever is later. */
  readonly start: Instant;
  /** Days that each stage may take. */
  readonly budgets: Readonly<Record<WorkStage, number>>;
  /** Close of the last day on which covered equipment may be at a site of this class; null = none set. */
  readonly removalDate: Instant | null;
  readonly addDays: AddDays;
}

/** Days from the start of the clock to each stage's due date: a stage's budget follows those of the stages before it. */
export function budgetDays(budgets: Readonly<Record<WorkStage, number>>): Readonly<Record<WorkStage, number>> {
  const { assess, disconnect, schedule, remove, verify } = budgets;
  const beforeRemoval = assess + Math.max(disconnect, schedule);
  return {
    assess,
    disconnect: assess + disconnect,
    schedule: assess + schedule,
    remove: beforeRemoval + remove,
    verify: beforeRemoval + remove + verify,
  };
}

/**
 * Each rule that has a say in a stage's due date. The removal date binds removal itself, and checking it after that; one that
 * had passed before the clock started makes removal late from the first day, but nobody can be late with checking before then.
 */
function candidates(stage: WorkStage, inputs: PlanInputs): PlannedMilestone['candidates'] {
  const { start, budgets, removalDate, addDays } = inputs;
  const budget = { rule: 'stage-budget', due: addDays(start, budgetDays(budgets)[stage]) };
  if (removalDate === null) return [budget];
  if (stage === 'remove') return [budget, { rule: 'removal-date', due: removalDate }];
  if (stage === 'verify' && removalDate > start)
    return [budget, { rule: 'removal-date', due: addDays(removalDate, budgets.verify) }];
  return [budget];
}

/**
 * The due date of every stage: of all rules that apply, the earliest wins, and the others are kept to answer "why this date?".
 * @param number of the plan: 1 for a case's first
 */
export function makePlan(number: number, inputs: PlanInputs): Plan {
  const milestones = STAGES.map((stage): PlannedMilestone => {
    const all = candidates(stage, inputs);
    const earliest = all.reduce((a, b) => (b.due < a.due ? b : a));
    return { stage, due: earliest.due, rule: earliest.rule, candidates: all };
  });
  return { number, milestones };
}
