import { localDate, localInstant, workingDate, type WorkingCalendar } from './calendar';
import { type Instant, type IsoDate } from './records';
import { type Role, type Stage, type WorkStage } from './vocabulary';

/** Devices of one department and stage. */
interface Group {
  readonly departmentId: string;
  readonly department: string;
  readonly stage: WorkStage;
  readonly devices: number;
}

/** A list whose tail is counted. */
export interface Listed<T> {
  /** The largest first. */
  readonly groups: readonly T[];
  /** Groups beyond those. */
  readonly more: number;
}

/** The figures of a Monday digest, all of one instant. Instants in UTC. */
export interface DigestFigures {
  readonly takenAt: Instant;
  /** The digest before, or programme start: what has changed is told from there. */
  readonly since: Instant;
  readonly open: number;
  /** Open devices with a task that is past its due instant. */
  readonly late: number;
  /** Of these, with one that was not late at the digest before. */
  readonly newlyLate: number;
  /** Open devices that are not late, with a milestone that is expected after it is due. */
  readonly forecastLate: number;
  readonly opened: number;
  readonly closed: number;
  /** Due dates of tasks that are still to be done: how many are now later or earlier, of how many devices. */
  readonly moved: { readonly later: number; readonly earlier: number; readonly devices: number };
  readonly byStage: readonly { readonly stage: Stage; readonly open: number; readonly late: number }[];
  readonly byDepartment: readonly {
    readonly departmentId: string;
    readonly department: string;
    readonly open: number;
    readonly late: number;
    readonly newlyLate: number;
    readonly opened: number;
    readonly closed: number;
  }[];
  readonly newlyLateGroups: Listed<Group & { readonly due: Instant }>;
  readonly forecastLateGroups: Listed<Group & { readonly due: Instant; readonly forecast: Instant }>;
  readonly movedGroups: Listed<Group & { readonly was: Instant; readonly due: Instant }>;
  readonly decisions: readonly {
    readonly what: string;
    /** Whose decision it is. */
    readonly role: Role;
    readonly waiting: number;
    /** When the oldest was asked for. */
    readonly since: Instant;
  }[];
}

/** Local time at which it goes out. */
const AT = '08:00';
const DAY = 86_400_000;

/** The Monday of a date's week. */
function mondayOf(date: IsoDate): IsoDate {
  const day = Date.parse(date);
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - sinceMonday * DAY).toISOString().slice(0, 10);
}

/**
 * The digest whose time has come: that of this week, from 08:00 local on its Monday or, where nobody works then, on the
 * next working day. After an outage it is still told within its week; a week that was over before is not made up for.
 * @param startedAt when the programme started: weeks that had begun before have no digest
 * @returns the week's Monday; null where it is not time yet
 */
export function digestDue(calendar: WorkingCalendar, startedAt: Instant, now: Instant): IsoDate | null {
  const week = mondayOf(localDate(calendar, now));
  // Where the calendar's data end it is told on the Monday: a digest on a holiday harms nobody, one that never comes does.
  const known = week > calendar.first && week < calendar.last.slice(0, 8);
  const at = localInstant(calendar, known ? workingDate(calendar, week, 0) : week, AT);
  return at <= now && startedAt < at ? week : null;
}
