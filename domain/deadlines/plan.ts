import { type AddDays } from '../ladder/ladder';
import { type ExtendedDate } from '../lifecycle/requests';
import { type Plan, type PlannedMilestone } from '../lifecycle/state';
import { type Instant } from '../records';
import { STAGES, type WorkStage } from '../vocabulary';

/** The rules that set due dates, as `rule` of a milestone names them. */
export const RULES = {
  /** Working days that the policy gives each stage, one after the other. */
  budget: 'stage-budget',
  /** The programme's removal date for sites of this class. */
  removalDate: 'removal-date',
  /** The policy's margin before the next scheduled upgrade. */
  upgrade: 'before-upgrade',
  /** What has to be done before removal is due no later than removal. */
  beforeRemoval: 'before-removal',
  /** More time, agreed. */
  extension: 'extension',
  /** The date of another record that turned out to be the same device. */
  merged: 'merged-duplicate',
} as const;

export type Rule = (typeof RULES)[keyof typeof RULES];
export const RULE_NAMES: readonly Rule[] = Object.values(RULES);

/** A date that a duplicate record had, which binds its stage. */
export interface MergedDate {
  readonly stage: WorkStage;
  readonly due: Instant;
}

export type Candidate = PlannedMilestone['candidates'][number];

/** What due dates are computed from. */
export interface PlanInputs {
  /** When the clock starts: programme start or the case's opening, whichever is later. */
  readonly start: Instant;
  /** Working days that each stage may take. */
  readonly budgets: Readonly<Record<WorkStage, number>>;
  /** Close of the last day on which covered equipment may be at a site of this class; null = none set. */
  readonly removalDate: Instant | null;
  /** Close of the last working day that leaves the policy's margin before the next upgrade; null = none is planned. */
  readonly beforeUpgrade: Instant | null;
  /** Every date that was agreed to, oldest first. */
  readonly extended: readonly ExtendedDate[];
  /** Dates that bind since another record turned out to be the same device. */
  readonly merged: readonly MergedDate[];
  /** Working days, to close of day. */
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

function earliest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (first, one) => (first === undefined || one.due < first.due ? one : first),
    undefined,
  );
}

/** The dates that bind removal from outside. */
function bounds({ removalDate, beforeUpgrade }: PlanInputs): Candidate[] {
  return [
    ...(removalDate === null ? [] : [{ rule: RULES.removalDate, due: removalDate }]),
    ...(beforeUpgrade === null ? [] : [{ rule: RULES.upgrade, due: beforeUpgrade }]),
  ];
}

function mergedInto(stage: WorkStage, { merged }: PlanInputs): Candidate[] {
  return merged.filter((one) => one.stage === stage).map(({ due }) => ({ rule: RULES.merged, due }));
}

/**
 * An extension takes the place of the rules that it was agreed against, as they stood then: a removal date or an upgrade that
 * has become earlier since has not been extended and still counts. The stage's own budget is what it extends: no later policy
 * or calendar takes back by it what was agreed.
 */
function extendedBy(all: readonly Candidate[], stage: WorkStage, extended: readonly ExtendedDate[]): Candidate[] {
  const own = extended.filter((one) => one.stage === stage);
  const last = own.at(-1);
  if (last === undefined) return [...all];
  const replaced = own.flatMap(({ replaces }) => replaces);
  const stands = ({ rule, due }: Candidate): boolean =>
    !replaced.some((old) => old.rule === rule && (rule === RULES.budget || (old.due <= due && old.due < last.due)));
  return [...all.filter(stands), { rule: RULES.extension, due: last.due }];
}

/** The rules of checking. None stands that would have it checked before the device has to be gone. */
function ofVerify(budget: Candidate, removal: Instant, inputs: PlanInputs): Candidate[] {
  const { start, budgets, addDays, extended } = inputs;
  const ahead = bounds(inputs).filter(({ due }) => due > start);
  const after = ahead.map(({ rule, due }) => ({ rule, due: addDays(due, budgets.verify) }));
  const all = extendedBy([budget, ...after, ...mergedInto('verify', inputs)], 'verify', extended).filter(
    ({ due }) => due >= removal,
  );
  return all.length > 0 ? all : [{ rule: RULES.budget, due: addDays(removal, budgets.verify) }];
}

/**
 * Each rule that has a say in a stage's due date. What binds removal binds checking after that, and what comes before it no
 * later than that, however much more time it was given; a bound that had passed before the clock started makes removal late
 * from the first day, but nobody can be late with the rest before then.
 */
function candidates(stage: WorkStage, removal: Instant, inputs: PlanInputs): Candidate[] {
  const { start, budgets, addDays, extended } = inputs;
  const budget = { rule: RULES.budget, due: addDays(start, budgetDays(budgets)[stage]) };
  switch (stage) {
    case 'remove':
      return extendedBy([budget, ...bounds(inputs), ...mergedInto(stage, inputs)], stage, extended);
    case 'verify':
      return ofVerify(budget, removal, inputs);
    default: {
      const own = extendedBy([budget, ...mergedInto(stage, inputs)], stage, extended);
      const bound = removal > start && own.every(({ due }) => removal < due);
      return bound ? [...own, { rule: RULES.beforeRemoval, due: removal }] : own;
    }
  }
}

/**
 * The due date of every stage: of all rules that apply, the earliest wins, and the others are kept to answer "why this date?".
 * @param number of the plan: 1 for a case's first
 */
export function makePlan(number: number, inputs: PlanInputs): Plan {
  const removal = earliest(candidates('remove', inputs.start, inputs))?.due ?? inputs.start;
  const milestones = STAGES.map((stage): PlannedMilestone => {
    const all = candidates(stage, removal, inputs);
    const { due, rule } = earliest(all) ?? { due: removal, rule: RULES.budget };
    return { stage, due, rule, candidates: all };
  });
  return { number, milestones };
}
