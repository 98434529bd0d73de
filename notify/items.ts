import { type NoticeKind } from '../domain/notices/notices';
import { type Instant } from '../domain/records';
import { type Role, STAGES, type WorkStage } from '../domain/vocabulary';
import { daysLate } from './dates';
import { type MailCase, type MailRow } from './rows';

/** Worst first. */
export const SEVERITIES = ['late', 'today', 'soon', 'new'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whose task it is, seen from the recipient: worst first too, since one's own comes first. */
export const VOICES = ['own', 'department', 'programme'] as const;
export type Voice = (typeof VOICES)[number];

/** One task of one device in a message. */
export interface TaskItem {
  readonly case: MailCase;
  readonly stage: WorkStage;
  readonly due: Instant | null;
  readonly severity: Severity;
  readonly voice: Voice;
  /** Plain days, by the calendar; negative before the due date, null without one. */
  readonly late: number | null;
  readonly asks: 'work' | 'agreement';
  readonly handedOver: 'yes' | 'no';
  readonly alsoTold: readonly Role[];
}

type TaskKind = Exclude<NoticeKind, 'correction' | 'dead-address'>;
const TASK_KINDS: ReadonlySet<string> = new Set<TaskKind>([
  'task',
  'reminder',
  'due-today',
  'late',
  'agreement',
  'handover',
]);
/** Sent to whoever is to do it, whatever the post: also where it went up because nobody else could be reached. */
const FOR_THE_DOER: ReadonlySet<string> = new Set<TaskKind>(['task', 'agreement', 'handover']);

function isOwn(row: MailRow, task: MailCase, stage: WorkStage): boolean {
  if (FOR_THE_DOER.has(row.kind) || task.owner === row.contactId) return true;
  const judged = stage === 'verify' || task.proposal === 'waiting';
  return row.role === (judged ? 'security-officer' : 'task-owner');
}

/** How bad it is at `now`, not when the row was written: mail may have waited. */
function severityOf(row: MailRow, late: number | null): Severity {
  if (late !== null && late > 0) return 'late';
  if (late === 0) return 'today';
  return row.kind === 'task' || row.kind === 'handover' || row.kind === 'agreement' ? 'new' : 'soon';
}

function itemOf(row: MailRow, now: Instant, zone: string): TaskItem | null {
  const { case: task, stage, due, kind } = row;
  if (task === null || stage === null || !TASK_KINDS.has(kind)) return null;
  const late = due === null ? null : daysLate(due, now, zone);
  const voice = isOwn(row, task, stage) ? 'own' : row.departmentId === null ? 'programme' : 'department';
  return {
    case: task,
    stage,
    due,
    severity: severityOf(row, late),
    voice,
    late,
    asks: stage === 'assess' && task.proposal === 'waiting' ? 'agreement' : 'work',
    handedOver: kind === 'handover' ? 'yes' : 'no',
    alsoTold: row.alsoTold,
  };
}

const byRank =
  <T>(order: readonly T[], rank: (item: TaskItem) => T) =>
  (a: TaskItem, b: TaskItem): number =>
    order.indexOf(rank(a)) - order.indexOf(rank(b));

const ORDER: readonly ((a: TaskItem, b: TaskItem) => number)[] = [
  byRank(SEVERITIES, ({ severity }) => severity),
  byRank(VOICES, ({ voice }) => voice),
  byRank(STAGES, ({ stage }) => stage),
  byRank(['agreement', 'work'], ({ asks }) => asks),
  (a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'),
  (a, b) => a.case.caseId.localeCompare(b.case.caseId),
];

function compare(a: TaskItem, b: TaskItem): number {
  for (const order of ORDER) {
    const result = order(a, b);
    if (result !== 0) return result;
  }
  return 0;
}

/** Two rows about one task: the worse one stands, the recipient's own part in it counts. */
function joined(worse: TaskItem, other: TaskItem): TaskItem {
  return {
    ...worse,
    voice: [worse.voice, other.voice].includes('own') ? 'own' : worse.voice,
    handedOver: [worse.handedOver, other.handedOver].includes('yes') ? 'yes' : 'no',
  };
}

/**
 * The tasks that rows speak of, each stage of each case once, worst first. Several rows about one (a task and two
 * reminders that waited; two posts of one person) become the one that concerns the recipient most.
 */
export function tasksOf(rows: readonly MailRow[], now: Instant, zone: string): TaskItem[] {
  const items = rows.flatMap((row) => itemOf(row, now, zone) ?? []).sort(compare);
  const seen = new Map<string, TaskItem>();
  for (const item of items) {
    const key = `${item.case.caseId}/${item.stage}`;
    const before = seen.get(key);
    seen.set(key, before === undefined ? item : joined(before, item));
  }
  return [...seen.values()].sort(compare);
}
