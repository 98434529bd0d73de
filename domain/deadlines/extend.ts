import { type AddDays } from '../ladder/ladder';
import { type ExtendedDate } from '../lifecycle/requests';
import { type Plan } from '../lifecycle/state';
import { type Instant } from '../records';
import { type WorkStage } from '../vocabulary';

function extendedDate(plan: Plan, stage: WorkStage, due: Instant): ExtendedDate | null {
  const milestone = plan.milestones.find((one) => one.stage === stage);
  if (milestone === undefined || milestone.due >= due) return null;
  return { stage, due, replaces: milestone.candidates.filter((one) => one.due < due) };
}

/**
 * The dates that more time for a stage sets. Checking follows removal by its own budget, so that nobody is asked to check
 * what is not yet due to be gone.
 * @param plan the one in force
 * @param addDays working days, to close of day
 */
export function extendedDates(
  plan: Plan,
  stage: WorkStage,
  due: Instant,
  verifyDays: number,
  addDays: AddDays,
): ExtendedDate[] {
  const follows = stage === 'remove' ? [extendedDate(plan, 'verify', addDays(due, verifyDays))] : [];
  return [extendedDate(plan, stage, due), ...follows].flatMap((one) => one ?? []);
}
