import { type Milestone } from '../lifecycle';
import { type Instant } from '../records';

/** What figures need of a case's dates. Instants in UTC; null = no clock runs. */
export interface CaseDates {
  /** The earliest due instant of what is still to be done. */
  readonly firstDue: Instant | null;
  /** Something that is still to be done is expected after it is due: late by domain/rag.ts whatever the time is. */
  readonly slips: boolean;
  /** When the device was first to be removed. */
  readonly removeBaseline: Instant | null;
  /** When it is expected to be removed, or was. */
  readonly removeForecast: Instant | null;
}

/** What figures need of a case's milestones; with an instant as now, `firstDue` and `slips` give its colour. */
export function caseDates(milestones: readonly Milestone[]): CaseDates {
  const ahead = milestones.flatMap(({ due, forecast, actual, skipped }) =>
    due === null || actual !== null || skipped ? [] : [{ due, forecast: forecast ?? due }],
  );
  const remove = milestones.find(({ stage }) => stage === 'remove');
  return {
    firstDue: ahead.map(({ due }) => due).sort()[0] ?? null,
    slips: ahead.some(({ due, forecast }) => forecast > due),
    removeBaseline: remove?.baseline ?? null,
    removeForecast: remove?.forecast ?? null,
  };
}
