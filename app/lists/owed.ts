import { covers, type Scope } from '../../domain/access/permissions';
import { type Where } from '../../domain/access/roles';
import { groups } from '../../domain/groups';
import { type Instant } from '../../domain/records';
import { SEVERITIES, type Severity, SEVERITY_SHOWN } from '../../domain/tasks/severity';
import { taskName } from '../../domain/tasks/words';
import { STAGES, type WorkStage } from '../../domain/vocabulary';
import { findProgramme } from '../../register/current-policy';
import { type TaskGroupRow, taskGroups } from '../../register/tasks';
import { type Services } from '../services';
import { type DueWords, TaskDays } from '../tasks/programme';
import { sharedToTheSecond } from '../to-the-second';
import { remembered } from './remembered';

/** Longest list of a group; the rest is counted. */
const LONGEST = 60;

/** What is to be done at one site in one stage, within one group. */
export interface OwedEntry {
  readonly siteId: string;
  readonly siteName: string;
  readonly stage: WorkStage;
  /** "Take it off the core network: 12 devices" */
  readonly name: string;
  readonly devices: number;
  /** The earliest of them. */
  readonly due: DueWords;
  readonly others: 'due-then-too' | 'due-later';
  /** "May stay until 3 March"; null = none of them may. */
  readonly stays: string | null;
}

/** What is about as bad as one another. */
export interface OwedGroup {
  readonly severity: Severity;
  readonly heading: string;
  readonly devices: number;
  /** The earliest due first. */
  readonly entries: readonly OwedEntry[];
  /** How many entries more there are than are shown. */
  readonly more: number;
}

/** What something counts as due for: a device that may stay has until then. */
const dueOf = ({ exceptionUntil, due }: TaskGroupRow): Instant | null => exceptionUntil ?? due;

function entryOf(rows: readonly TaskGroupRow[], days: TaskDays): OwedEntry | null {
  const [first] = [...rows].sort((a, b) => (dueOf(a) ?? '9999').localeCompare(dueOf(b) ?? '9999'));
  if (first === undefined) return null;
  const devices = rows.reduce((sum, { tasks }) => sum + tasks, 0);
  const { siteId, siteName, stage, proposal, nation } = first;
  const later = rows.some((row) => dueOf(row) !== dueOf(first));
  const until = rows.flatMap(({ exceptionUntil }) => exceptionUntil ?? []).sort()[0];
  return {
    siteId,
    siteName,
    stage,
    name: taskName(stage, proposal === 'waiting' ? 'agreement' : 'work', devices),
    devices,
    due: days.due(dueOf(first), nation),
    others: later ? 'due-later' : 'due-then-too',
    stays: until === undefined ? null : `May stay until ${days.date(until)}`,
  };
}

function grouped(rows: readonly TaskGroupRow[], days: TaskDays): OwedGroup[] {
  const severity = new Map(rows.map((row) => [row, days.due(dueOf(row), row.nation).severity]));
  return SEVERITIES.flatMap((one): OwedGroup[] => {
    const among = rows.filter((row) => severity.get(row) === one);
    if (among.length === 0) return [];
    const earliest = new Map<OwedEntry, Instant>();
    const entries = groups(among, ({ siteId, stage, proposal }) => JSON.stringify([siteId, stage, proposal])).flatMap(
      (group) => {
        const entry = entryOf(group, days);
        if (entry === null) return [];
        earliest.set(entry, group.map((row) => dueOf(row) ?? '9999').sort()[0] ?? '9999');
        return [entry];
      },
    );
    entries.sort(
      (a, b) =>
        (earliest.get(a) ?? '').localeCompare(earliest.get(b) ?? '') ||
        STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) ||
        a.siteName.localeCompare(b.siteName) ||
        a.siteId.localeCompare(b.siteId),
    );
    return [
      {
        severity: one,
        heading: SEVERITY_SHOWN[one],
        devices: among.reduce((sum, { tasks }) => sum + tasks, 0),
        entries: entries.slice(0, LONGEST),
        more: Math.max(0, entries.length - LONGEST),
      },
    ];
  });
}

async function look(
  services: Services,
  scope: Scope,
  { departmentId, siteId }: Where,
  now: Instant,
): Promise<readonly OwedGroup[]> {
  const pool = await services.register();
  if ((await findProgramme(pool)) === null) return [];
  const days = await TaskDays.of(services, pool, now);
  const rows = await remembered(pool, `owed ${departmentId}`, () => taskGroups(pool, [departmentId], now));
  return grouped(
    rows.filter((row) => (siteId === null || row.siteId === siteId) && covers(scope, row)),
    days,
  );
}

/**
 * Everything that is to be done at a department's sites, or at one of them, within what somebody may see: in groups, the
 * worst first. A device whose two steps run side by side counts in each. May be two seconds old.
 * @param siteId null = every site
 */
export async function owedAt(
  services: Services,
  scope: Scope,
  where: Where,
  now: Instant,
): Promise<readonly OwedGroup[]> {
  return sharedToTheSecond(services, ['owed', scope, where], now, (second) => look(services, scope, where, second));
}
