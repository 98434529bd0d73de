import { type Pool } from 'pg';
import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { SEVERITIES, type Severity, SEVERITY_SHOWN } from '../../domain/tasks/severity';
import { taskName } from '../../domain/tasks/words';
import { STAGES, type WorkStage } from '../../domain/vocabulary';
import {
  departmentsWithoutJudge,
  postsReadBy,
  type OwnPost,
  taskGroups,
  type TaskGroupRow,
} from '../../register/tasks';
import { type Services } from '../services';
import { Owners } from './own';
import { type DueWords, TaskDays } from './programme';
import { sharedToTheSecond } from '../to-the-second';

/** Tasks of one site, stage and due date, as a list of tasks shows them. */
export interface TaskEntry {
  readonly siteId: string;
  readonly siteName: string;
  readonly stage: WorkStage;
  /** "Take it off the core network: 12 devices" */
  readonly name: string;
  readonly devices: number;
  readonly due: DueWords;
  /** Every other time limit, one sentence each. */
  readonly limits: readonly string[];
}

/** Tasks that are about as bad as one another. */
export interface TaskList {
  readonly severity: Severity;
  readonly heading: string;
  readonly devices: number;
  readonly tasks: readonly TaskEntry[];
}

/** Everything that somebody has to do. */
export interface OwnTasks {
  /** Worst first; only those that hold something. */
  readonly lists: readonly TaskList[];
  readonly devices: number;
}

/** The departments in which something may be this person's to do. */
async function departmentsOf(pool: Pool, posts: readonly OwnPost[]): Promise<string[]> {
  const own = posts.flatMap(({ departmentId }) => departmentId ?? []);
  const wide = posts.some(({ departmentId }) => departmentId === null);
  return [...new Set([...own, ...(wide ? await departmentsWithoutJudge(pool) : [])])];
}

function mayDo(viewer: Viewer, { stage, departmentId, siteId }: TaskGroupRow): boolean {
  return may(viewer, stage === 'verify' ? 'verify' : 'do-tasks', { departmentId, siteId });
}

function limitsOf({ stage, removalDue, upgradeOn, exceptionUntil, acknowledgedUntil }: TaskGroupRow, days: TaskDays) {
  return [
    ...(exceptionUntil === null ? [] : [`Allowed to stay until ${days.date(exceptionUntil)}`]),
    ...(removalDue === null || stage === 'remove' || stage === 'verify'
      ? []
      : [`To be removed by ${days.date(removalDue)}`]),
    ...(upgradeOn === null || upgradeOn < days.today ? [] : [`Next scheduled upgrade on ${days.day(upgradeOn)}`]),
    ...(acknowledgedUntil === null ? [] : [`Somebody is on it until ${days.date(acknowledgedUntil)}`]),
  ];
}

function entryOf(row: TaskGroupRow, days: TaskDays): TaskEntry {
  const { siteId, siteName, stage, proposal, tasks, due, exceptionUntil, nation } = row;
  const asks = proposal === 'waiting' ? 'agreement' : 'work';
  return {
    siteId,
    siteName,
    stage,
    name: taskName(stage, asks, tasks),
    devices: tasks,
    due: days.due(exceptionUntil ?? due, nation),
    limits: limitsOf(row, days),
  };
}

/** Rows that differ only in who has them by name read alike: they are one task. */
function joined(rows: readonly TaskGroupRow[]): TaskGroupRow[] {
  const found = new Map<string, TaskGroupRow>();
  for (const row of rows) {
    const { siteId, stage, proposal, due, exceptionUntil } = row;
    const key = JSON.stringify([siteId, stage, proposal, due, exceptionUntil]);
    const before = found.get(key);
    found.set(key, before === undefined ? row : { ...before, tasks: before.tasks + row.tasks });
  }
  return [...found.values()];
}

function inOrder(a: TaskGroupRow, b: TaskGroupRow): number {
  return (
    (a.exceptionUntil ?? a.due ?? '9999').localeCompare(b.exceptionUntil ?? b.due ?? '9999') ||
    STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) ||
    a.siteName.localeCompare(b.siteName)
  );
}

async function look(services: Services, viewer: Viewer, now: Instant): Promise<OwnTasks> {
  const pool = await services.register();
  const days = await TaskDays.of(services, pool, now);
  const posts = await postsReadBy(pool, viewer.email, days.today);
  const contactIds = new Set(posts.map(({ contactId }) => contactId));
  const rows = await taskGroups(pool, await departmentsOf(pool, posts), now);
  const mine = await new Owners(pool).among(
    rows.filter((row) => mayDo(viewer, row)),
    contactIds,
  );
  const entries = joined(mine)
    .sort(inOrder)
    .map((row) => entryOf(row, days));
  const lists = SEVERITIES.flatMap((severity): TaskList[] => {
    const tasks = entries.filter(({ due }) => due.severity === severity);
    if (tasks.length === 0) return [];
    const devices = tasks.reduce((sum, task) => sum + task.devices, 0);
    return [{ severity, heading: SEVERITY_SHOWN[severity], devices, tasks }];
  });
  return { lists, devices: entries.reduce((sum, { devices }) => sum + devices, 0) };
}

/**
 * Everything that is this person's to do, their own posts' and those of absent people whose deputy they are: in groups,
 * the worst first, and within each the earliest due first.
 * @throws Failure `no-policy`
 */
export async function tasksOf(services: Services, viewer: Viewer, now: Instant): Promise<OwnTasks> {
  return sharedToTheSecond(services, ['tasks', viewer], now, (second) => look(services, viewer, second));
}
