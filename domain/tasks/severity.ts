import { type Distance } from '../dates-for-people';

/** Worst first. */
export const SEVERITIES = ['critical', 'late', 'today', 'soon', 'new'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Working days: later than so many it is critical, and soon from so many before the due date. */
export const A_WORKING_WEEK = 5;

/** How bad it is at the moment that the distance was counted to. */
export function severityOf(distance: Distance | null): Severity {
  if (distance === null) return 'new';
  const { side, workingDays } = distance;
  if (side === 'today') return 'today';
  if (side === 'late') return (workingDays ?? 0) > A_WORKING_WEEK ? 'critical' : 'late';
  return workingDays !== null && workingDays <= A_WORKING_WEEK ? 'soon' : 'new';
}

/** What people read above tasks of a severity. */
export const SEVERITY_SHOWN: Readonly<Record<Severity, string>> = {
  critical: 'More than 5 working days late',
  late: 'Late',
  today: 'Due today',
  soon: 'Due within 5 working days',
  new: 'Not due yet',
};
