import { RULES } from './plan';
import { type Plan, type PlannedMilestone } from '../lifecycle/state';

function earlier(kept: PlannedMilestone, other: PlannedMilestone | undefined): PlannedMilestone {
  if (other === undefined) return kept;
  const candidate = { rule: RULES.merged, due: other.due };
  const candidates = [...kept.candidates, candidate];
  return other.due < kept.due ? { ...kept, ...candidate, candidates } : { ...kept, candidates };
}

/**
 * The plan of a kept case after it took in a duplicate's: each stage is due at the earlier of the two dates.
 * @param other the duplicate's plan; null = no clock ran for it
 * @returns null where nothing becomes earlier: the kept plan stands
 */
export function mergePlans(kept: Plan, other: Plan | null): Plan | null {
  if (other === null) return null;
  const milestones = kept.milestones.map((one) =>
    earlier(
      one,
      other.milestones.find(({ stage }) => stage === one.stage),
    ),
  );
  const sooner = milestones.some(({ due }, index) => due !== kept.milestones[index]?.due);
  return sooner ? { number: kept.number + 1, milestones } : null;
}
