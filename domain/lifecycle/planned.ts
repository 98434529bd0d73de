import { STAGES } from '../vocabulary';
import { type EventBody } from './events';
import { insist } from './rejection';
import { type CaseState, isSettled, type Plan } from './state';

type Planned = Extract<EventBody, { type: 'planned' }>;

/** The event of a new plan, with what it moves. */
export function planned({ stages }: CaseState, plan: Plan, reason: string): Planned {
  const moved = plan.milestones.flatMap(({ stage, due }) => {
    const was = stages[stage].due;
    return was === due ? [] : [{ stage, was, due }];
  });
  return { type: 'planned', plan, reason, moved };
}

/** @throws Refusal `stale-plan` */
export function newer({ planNumber }: CaseState, { number }: Plan): void {
  insist(number > planNumber, 'stale-plan', `Plan ${number} is not newer than plan ${planNumber}.`);
}

/** True where a stage that is still to be done would be due later than it is now. */
export function movesLater({ stages }: CaseState, plan: Plan): boolean {
  return STAGES.some((stage) => {
    const now = stages[stage];
    const then = plan.milestones.find((one) => one.stage === stage);
    return !isSettled(now) && now.due !== null && then !== undefined && then.due > now.due;
  });
}
