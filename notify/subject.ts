import { unreachable } from '../domain/errors';
import { type Instant } from '../domain/records';
import { readableDate } from './dates';
import { SEVERITIES, type Severity, type TaskItem } from './items';
import { type MailRow } from './rows';
import { count } from './words';

/** What a message is about, before it is worded. */
export interface Topics {
  readonly tasks: readonly TaskItem[];
  readonly corrections: readonly MailRow[];
  /** Colleagues whose address is dead or whose mail was refused. */
  readonly unreachable: readonly MailRow[];
}

function lateness(items: readonly TaskItem[]): string {
  const days = items.map(({ late }) => late ?? 0);
  const most = Math.max(...days);
  return days.every((late) => late === most) ? `${count(most, 'day')} late` : `up to ${count(most, 'day')} late`;
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function nextDue(items: readonly TaskItem[], now: Instant, zone: string): string {
  const dues = items.flatMap(({ due }) => due ?? []).sort();
  return dues[0] === undefined ? '' : `, next due ${readableDate(dues[0], now, zone)}`;
}

/** "Your department", or in how many departments. */
function place(items: readonly TaskItem[]): { readonly whose: string; readonly where: string } {
  if (items.some(({ voice }) => voice === 'department')) return { whose: 'Your department has', where: '' };
  const departments = new Set(items.map(({ case: { departmentId } }) => departmentId));
  return { whose: 'The programme has', where: ` in ${count(departments.size, 'department')}` };
}

function ofTasks(
  severity: Severity,
  worst: readonly TaskItem[],
  all: readonly TaskItem[],
  now: Instant,
  zone: string,
): string {
  const own = worst.filter(({ voice }) => voice === 'own');
  const items = own.length > 0 ? own : worst;
  const number = items.length;
  const { whose, where } = place(items);
  switch (severity) {
    case 'late':
      return own.length > 0
        ? `${count(number, 'task')} ${are(number)} ${lateness(items)}`
        : `${whose} ${count(number, 'late task')}${where}`;
    case 'today':
      return own.length > 0
        ? `Due today: ${count(number, 'task')}`
        : `${whose} ${count(number, 'task')} due today${where}`;
    case 'soon':
    case 'new': {
      const mine = all.filter(({ voice }) => voice === 'own');
      const told = mine.length > 0 ? mine : all;
      const { whose: holder, where: spread } = place(told);
      return `${mine.length > 0 ? 'You have' : holder} ${count(told.length, 'task')}${mine.length > 0 ? '' : spread}${nextDue(told, now, zone)}`;
    }
    default:
      return unreachable(severity);
  }
}

/** A message's subject: what is worst in it. Never names a device, a site or a make, whatever the policy reveals. */
export function subjectOf({ tasks, corrections, unreachable: people }: Topics, now: Instant, zone: string): string {
  for (const severity of SEVERITIES) {
    const worst = tasks.filter((item) => item.severity === severity);
    if (worst.length > 0) return ofTasks(severity, worst, tasks, now, zone);
  }
  if (people.length > 0) return `Mail to ${count(people.length, 'person', 'people')} cannot be delivered`;
  const cases = new Set(corrections.flatMap((row) => row.case?.caseId ?? []));
  return cases.size === 0 ? 'Correction to our earlier mail' : `Correction: ${count(cases.size, 'task')} withdrawn`;
}
