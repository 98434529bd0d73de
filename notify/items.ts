import { type Instant } from '../domain/records';
import { type Role, STAGES, type WorkStage } from '../domain/vocabulary';
import { type Distance, distanceOf } from '../domain/dates-for-people';
import { A_WORKING_WEEK, SEVERITIES, type Severity, severityOf } from '../domain/tasks/severity';
import { type MailCase, type MailKind, type MailRow, type MailSetting } from './rows';

export { A_WORKING_WEEK, SEVERITIES, type Severity };

/** Whose task it is, seen from the recipient: worst first too, since one's own comes first. */
export const VOICES = ['own', 'department', 'programme'] as const;
export type Voice = (typeof VOICES)[number];

/** One task of one device in a message. */
export interface TaskItem {
  /** The post because of which the recipient is told. */
  readonly contactId: string;
  readonly case: MailCase;
  readonly stage: WorkStage;
  readonly due: Instant | null;
  readonly severity: Severity;
  readonly voice: Voice;
  /** From the due date to now; null without one. */
  readonly distance: Distance | null;
  readonly asks: 'work' | 'agreement';
  readonly handedOver: 'yes' | 'no';
  /** When the recipient said that they were on it, where that time is over; else null. */
  readonly saidOn: Instant | null;
  readonly alsoTold: readonly Role[];
}

const TASK_KINDS: ReadonlySet<MailKind> = new Set<MailKind>([
  'task',
  'reminder',
  'due-today',
  'late',
  'agreement',
  'handover',
  'still-open',
]);
/** Sent to whoever is to do it, whatever the post: also where it went up because nobody else could be reached. */
const FOR_THE_DOER: ReadonlySet<MailKind> = new Set<MailKind>(['task', 'agreement', 'handover', 'still-open']);

function isOwn(row: MailRow, task: MailCase, stage: WorkStage): boolean {
  if (FOR_THE_DOER.has(row.kind) || task.owner === row.contactId) return true;
  const judged = stage === 'verify' || task.proposal === 'waiting';
  return row.role === (judged ? 'security-officer' : 'task-owner');
}

/** Whose matter a row about a case and stage is, seen from its recipient. */
export function voiceOf(row: MailRow, task: MailCase, stage: WorkStage): Voice {
  return isOwn(row, task, stage) ? 'own' : row.departmentId === null ? 'programme' : 'department';
}

function itemOf(row: MailRow, now: Instant, daysIn: MailSetting['daysIn']): TaskItem | null {
  const { case: task, stage, due, kind, news } = row;
  if (task === null || stage === null || !TASK_KINDS.has(kind)) return null;
  const distance = due === null ? null : distanceOf(due, now, daysIn(task.nation));
  return {
    contactId: row.contactId,
    case: task,
    stage,
    due,
    // When it is read, not when the row was written: mail may have waited.
    severity: severityOf(distance),
    voice: voiceOf(row, task, stage),
    distance,
    asks: stage === 'assess' && task.proposal === 'waiting' ? 'agreement' : 'work',
    handedOver: kind === 'handover' ? 'yes' : 'no',
    saidOn: news?.kind === 'still-open' ? news.saidOn : null,
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
    contactId: worse.voice !== 'own' && other.voice === 'own' ? other.contactId : worse.contactId,
    voice: [worse.voice, other.voice].includes('own') ? 'own' : worse.voice,
    handedOver: [worse.handedOver, other.handedOver].includes('yes') ? 'yes' : 'no',
    saidOn: worse.saidOn ?? other.saidOn,
  };
}

/**
 * The tasks that rows speak of, each stage of each case once, worst first. Several rows about one (a task and two
 * reminders that waited; two posts of one person) become the one that concerns the recipient most.
 */
export function tasksOf(rows: readonly MailRow[], now: Instant, { daysIn }: Pick<MailSetting, 'daysIn'>): TaskItem[] {
  const items = rows.flatMap((row) => itemOf(row, now, daysIn) ?? []).sort(compare);
  const seen = new Map<string, TaskItem>();
  for (const item of items) {
    const key = `${item.case.caseId}/${item.stage}`;
    const before = seen.get(key);
    seen.set(key, before === undefined ? item : joined(before, item));
  }
  return [...seen.values()].sort(compare);
}
