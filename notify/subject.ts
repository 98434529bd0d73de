import { unreachable } from '../domain/errors';
import { type Instant } from '../domain/records';
import { readableDate, shortDate } from '../domain/dates-for-people';
import { SEVERITIES, type Severity, type TaskItem } from './items';
import { type NoticeItem, type Notices } from './notices';
import { type MailRow } from './rows';
import { count } from '../domain/counted';

/** What a message is about, before it is worded. */
export interface Topics extends Notices {
  readonly tasks: readonly TaskItem[];
  readonly corrections: readonly MailRow[];
  /** Colleagues whose address is dead or whose mail was refused. */
  readonly unreachable: readonly MailRow[];
}

/** When the message is written, and in which zone. */
interface When {
  readonly now: Instant;
  readonly zone: string;
}

const LATE: readonly Severity[] = ['critical', 'late'];

function lateness(items: readonly TaskItem[]): string {
  const days = items.map(({ distance }) => distance?.workingDays ?? 0);
  const most = Math.max(...days);
  if (most === 0) return 'late';
  const words = `${count(most, 'working day')} late`;
  return days.every((late) => late === most) ? words : `up to ${words}`;
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function nextDue(items: readonly TaskItem[], { now, zone }: When): string {
  const dues = items.flatMap(({ due }) => due ?? []).sort();
  return dues[0] === undefined ? '' : `, next due ${readableDate(dues[0], now, zone)}`;
}

/** "Your department", or in how many departments. */
function place(items: readonly TaskItem[]): { readonly whose: string; readonly where: string } {
  if (items.some(({ voice }) => voice === 'department')) return { whose: 'Your department has', where: '' };
  const departments = new Set(items.map(({ case: { departmentId } }) => departmentId));
  return { whose: 'The programme has', where: ` in ${count(departments.size, 'department')}` };
}

/** Where all that presses is what the recipient had said to be on. */
function stillOpen(items: readonly TaskItem[], { now, zone }: When): string | null {
  const said = items.flatMap(({ saidOn }) => saidOn ?? []);
  const [first] = said;
  if (first === undefined || said.length < items.length) return null;
  const dates = new Set(said.map((on) => shortDate(on, now, zone)));
  const these = items.length === 1 ? 'this' : count(items.length, 'task');
  return dates.size === 1
    ? `You said on ${shortDate(first, now, zone)} that you were on ${these}: still open`
    : `You said that you were on ${these}: still open`;
}

const own = (items: readonly TaskItem[]): TaskItem[] => items.filter(({ voice }) => voice === 'own');
const others = (items: readonly TaskItem[]): TaskItem[] => items.filter(({ voice }) => voice !== 'own');
const of = (items: readonly TaskItem[], ...severities: readonly Severity[]): TaskItem[] =>
  items.filter(({ severity }) => severities.includes(severity));

/** What presses, of the recipient's own. */
function pressing(tasks: readonly TaskItem[], when: When): string | null {
  const [late, today] = [own(of(tasks, ...LATE)), own(of(tasks, 'today'))];
  if (late.length > 0) {
    return stillOpen(late, when) ?? `${count(late.length, 'task')} ${are(late.length)} ${lateness(late)}`;
  }
  return today.length > 0 ? (stillOpen(today, when) ?? `Due today: ${count(today.length, 'task')}`) : null;
}

function pressingElsewhere(tasks: readonly TaskItem[]): string | null {
  const [late, today] = [others(of(tasks, ...LATE)), others(of(tasks, 'today'))];
  const items = late.length > 0 ? late : today;
  if (items.length === 0) return null;
  const { whose, where } = place(items);
  return late.length > 0
    ? `${whose} ${count(late.length, 'late task')}${where}`
    : `${whose} ${count(today.length, 'task')} due today${where}`;
}

function ahead(tasks: readonly TaskItem[], when: When): string | null {
  const mine = own(tasks);
  const told = mine.length > 0 ? mine : tasks;
  if (told.length === 0) return null;
  const { whose, where } = place(told);
  const [holder, spread] = mine.length > 0 ? ['You have', ''] : [whose, where];
  return `${holder} ${count(told.length, 'task')}${spread}${nextDue(told, when)}`;
}

/** " for 3 tasks" where there are several. */
function forTasks(number: number): string {
  return number === 1 ? '' : ` for ${count(number, 'task')}`;
}

/** The one date of several notices; null where they differ or have none. */
function sharedDate(dates: readonly (Instant | null)[], { now, zone }: When): string | null {
  const words = new Set(dates.map((date) => (date === null ? null : shortDate(date, now, zone))));
  const [only] = words;
  return words.size === 1 ? (only ?? null) : null;
}

function answered(answers: readonly NoticeItem[], when: When): string | null {
  const [first] = answers;
  if (first === undefined) return null;
  const number = answers.length;
  const { kind } = first.news;
  if (answers.some(({ news }) => news.kind !== kind)) return `Answers to ${count(number, 'request')}`;
  const due = sharedDate(
    answers.map((item) => item.due),
    when,
  );
  const until = sharedDate(
    answers.map(({ news }) => ('until' in news ? news.until : null)),
    when,
  );
  switch (kind) {
    case 'more-time-agreed':
      return `More time agreed${forTasks(number)}${due === null ? '' : `: now due ${due}`}`;
    case 'more-time-refused':
      return `More time refused${forTasks(number)}${due === null ? '' : `: still due ${due}`}`;
    case 'stay-agreed':
      return until === null
        ? `${count(number, 'device')} allowed to stay`
        : `Allowed to stay until ${until}${number === 1 ? '' : `: ${count(number, 'device')}`}`;
    case 'stay-refused':
      return `Not allowed to stay${forTasks(number)}${due === null ? '' : `: still due ${due}`}`;
    case 'stay-ended':
      return `${until === null ? 'An allowance to stay' : `Allowed to stay until ${until}`}: that time is over${forTasks(number)}`;
    case 'date-moved':
      return `${count(number, 'due date')} ${number === 1 ? 'has' : 'have'} moved${due === null ? '' : `: now due ${due}`}`;
    case 'decision':
      return `${count(number, 'decision')} for you`;
    case 'still-open':
      return null;
    default:
      return unreachable(kind);
  }
}

/** A message's subject: what is worst in it. Never names a device, a site or a make, whatever the policy reveals. */
export function subjectOf(topics: Topics, now: Instant, zone: string): string {
  const { tasks, decisions, answers, moved, corrections, unreachable: people } = topics;
  const when = { now, zone };
  const worst = tasks.filter(({ severity }) => severity === SEVERITIES.find((one) => of(tasks, one).length > 0));
  const subject =
    pressing(tasks, when) ??
    answered(decisions, when) ??
    answered(answers, when) ??
    pressingElsewhere(tasks) ??
    stillOpen(own(worst), when) ??
    ahead(tasks, when) ??
    answered(moved, when);
  if (subject !== null) return subject;
  if (people.length > 0) return `Mail to ${count(people.length, 'person', 'people')} cannot be delivered`;
  const cases = new Set(corrections.flatMap((row) => row.case?.caseId ?? []));
  return cases.size === 0 ? 'Correction to our earlier mail' : `Correction: ${count(cases.size, 'task')} withdrawn`;
}
