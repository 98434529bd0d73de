import { count } from '../../domain/counted';
import { type Instant } from '../../domain/records';
import { OUTCOME_SHOWN, RAG_SHOWN, SCREENING_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { type CaseJson, type MilestoneJson, type Why } from './case-json';

/** What the colour says, and of which stage where that is not the one whose turn it is; or why there is none. */
export function stateShown({ rag, status, outcome, stage, milestones }: CaseJson, now: Instant): string {
  if (status === 'closed') return outcome === null ? 'Closed' : `Closed: ${OUTCOME_SHOWN[outcome].toLowerCase()}`;
  if (status === 'opening') return 'Being opened';
  if (rag !== 'red') return rag === null ? 'No clock runs yet' : RAG_SHOWN[rag];
  const late = milestones.find(
    ({ due, forecast, actual, skipped }) =>
      due !== null && actual === null && !skipped && (due < now || (forecast ?? due) > due),
  );
  return late === undefined || late.stage === stage ? RAG_SHOWN.red : `${RAG_SHOWN.red}: ${STAGE_SHOWN[late.stage]}`;
}

/** What the device is held to be. */
export function findingShown({ finding, confirmedCovered }: Pick<CaseJson, 'finding' | 'confirmedCovered'>): string {
  return confirmedCovered && finding !== 'covered'
    ? `${SCREENING_SHOWN.covered} (confirmed on site)`
    : SCREENING_SHOWN[finding];
}

/** How far a milestone is from its original date: `14 days later`; empty where it is not, or no clock runs. */
export function slippageShown(days: number | null): string {
  if (days === null || days === 0) return '';
  return `${count(Math.abs(days), 'day')} ${days > 0 ? 'later' : 'earlier'}`;
}

/** Every rule that had a say in a date, the one that set it first. */
export function reasonsOf({ rule, why = [] }: Pick<MilestoneJson, 'rule' | 'why'>): readonly Why[] {
  const set = why.find((one) => one.rule === rule);
  return [...(set === undefined ? [] : [set]), ...why.filter((one) => one.rule !== rule)];
}
