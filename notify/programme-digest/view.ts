import { workingDaysBetween, type WorkingCalendar } from '../../domain/calendar';
import { type DigestFigures, type Listed } from '../../domain/programme-digest';
import { type Instant } from '../../domain/records';
import { DEFAULT_NATION, ROLES, type Role } from '../../domain/vocabulary';
import { NATION_SHOWN, STAGE_SHOWN, STAGE_WORDS } from '../../domain/wording';
import { clean } from '../clean';
import { readableDate } from '../../domain/dates-for-people';
import { type MailSetting, type Recipient } from '../rows';
import { count, listed } from '../../domain/counted';
import { ROLE_WORDS } from '../words';

/** What a digest is composed from. */
export interface DigestContent {
  readonly figures: DigestFigures;
  /** The posts of the reader, whose decisions are "for you". */
  readonly roles: readonly Role[];
}

interface Line {
  readonly what: string;
  readonly detail: string;
}

export interface DigestSection {
  readonly heading: string;
  readonly lines: readonly Line[];
  /** What is left out; empty = nothing. */
  readonly more: string;
}

/** Everything that a Monday digest says, in words. */
export interface DigestView {
  readonly subject: string;
  readonly greeting: string;
  readonly basis: string;
  readonly sections: readonly DigestSection[];
  readonly stages: readonly (readonly [string, number, number])[];
  readonly departments: readonly (readonly [string, number, number, number, number, number])[];
  readonly moreDepartments: number;
  readonly totals: string;
  readonly why: string;
  readonly programme: string;
  readonly publicUrl: string;
}

const LONGEST_TABLE = 25;

const DECISION_WORDS: Readonly<Record<string, string>> = {
  extension: 'More time',
  exception: 'Allowed to stay',
  upgrade: 'A later upgrade date',
  'later-dates': 'Later dates',
  'not-covered': 'Agree that it is not on the list',
};

/** Counts and dates as the section's lines say them. */
class Words {
  constructor(
    private readonly figures: DigestFigures,
    private readonly zone: string,
    private readonly calendar: WorkingCalendar,
  ) {}

  date(instant: Instant): string {
    return readableDate(instant, this.figures.takenAt, this.zone);
  }

  /** Working days between two moments; empty where the calendar does not reach that far. */
  apart(from: Instant, to: Instant, word: string): string {
    const { first, last } = this.calendar;
    const known = [from, to].every((instant) => instant.slice(0, 10) > first && instant.slice(0, 10) < last);
    if (!known) return '';
    const days = Math.abs(workingDaysBetween(this.calendar, from, to));
    return days === 0 ? '' : ` (${count(days, 'working day')} ${word})`;
  }

  section<
    T extends { readonly department: string; readonly stage: keyof typeof STAGE_WORDS; readonly devices: number },
  >(heading: string, { groups, more }: Listed<T>, detail: (group: T) => string): DigestSection[] {
    if (groups.length === 0) return [];
    const lines = groups.map((group) => ({
      what: `${clean(group.department, 80)}: ${STAGE_WORDS[group.stage]}`,
      detail: `${count(group.devices, 'device')}, ${detail(group)}`,
    }));
    return [{ heading, lines, more: more > 0 ? `… and ${count(more, 'more group')}` : '' }];
  }
}

function isMine(role: Role, roles: readonly Role[]): boolean {
  return roles.includes(role);
}

function decisionSection({ figures, roles }: DigestContent, words: Words): DigestSection[] {
  const sorted = [...figures.decisions].sort((a, b) => Number(isMine(b.role, roles)) - Number(isMine(a.role, roles)));
  if (sorted.length === 0) return [];
  const lines = sorted.map(({ what, role, waiting, since }) => ({
    what: `${isMine(role, roles) ? 'For you' : `For the ${ROLE_WORDS[role]}`}: ${DECISION_WORDS[what] ?? clean(what, 40)}`,
    detail: `${waiting} waiting, the oldest since ${words.date(since)}`,
  }));
  return [{ heading: 'Decisions that wait', lines, more: '' }];
}

function subjectOf({ figures, roles }: DigestContent): string {
  const mine = figures.decisions
    .filter(({ role }) => isMine(role, roles))
    .reduce((sum, { waiting }) => sum + waiting, 0);
  const parts = [
    ...(mine > 0 ? [`${count(mine, 'decision')} for you`] : []),
    ...(figures.newlyLate > 0 ? [`${figures.newlyLate} newly late`] : []),
  ];
  return `Monday summary: ${parts.length > 0 ? parts.join(', ') : 'nothing newly late'}`;
}

function movedHeading({ moved: { later, earlier, devices } }: DigestFigures): string {
  const ways = [...(later > 0 ? [`${later} later`] : []), ...(earlier > 0 ? [`${earlier} earlier`] : [])];
  return `Dates that moved: ${ways.join(', ')}, of ${count(devices, 'device')}`;
}

/** What a digest says. Its "now" is the instant of its figures: it speaks of that moment whenever it is read. */
export function digestView(content: DigestContent, recipient: Recipient, setting: MailSetting): DigestView {
  const { figures, roles } = content;
  const { takenAt, since } = figures;
  const words = new Words(figures, setting.zone, setting.daysIn(DEFAULT_NATION));
  const posts = ROLES.filter((role) => (role === 'programme-manager' || role === 'sro') && roles.includes(role));
  return {
    subject: subjectOf(content),
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    basis: `These figures are of ${readableDate(takenAt, takenAt, setting.zone)}. What has changed is since ${words.date(since)}. Working days are those of ${NATION_SHOWN[DEFAULT_NATION]}.`,
    sections: [
      ...decisionSection(content, words),
      ...words.section(`Newly late: ${count(figures.newlyLate, 'device')}`, figures.newlyLateGroups, ({ due }) => {
        return `due ${words.date(due)}${words.apart(due, takenAt, 'late')}`;
      }),
      ...words.section(
        `Expected to be late: ${count(figures.forecastLate, 'device')}`,
        figures.forecastLateGroups,
        ({ due, forecast }) =>
          `due ${words.date(due)}, expected ${words.date(forecast)}${words.apart(due, forecast, 'after it')}`,
      ),
      ...words.section(movedHeading(figures), figures.movedGroups, ({ was, due }) => {
        return `from ${words.date(was)} to ${words.date(due)}${words.apart(was, due, due > was ? 'later' : 'earlier')}`;
      }),
    ],
    stages: figures.byStage.map(({ stage, open, late }) => [STAGE_SHOWN[stage], open, late]),
    departments: figures.byDepartment
      .slice(0, LONGEST_TABLE)
      .map(({ department, open, late, newlyLate, opened, closed }) => [
        clean(department, 80),
        open,
        late,
        newlyLate,
        opened,
        closed,
      ]),
    moreDepartments: Math.max(0, figures.byDepartment.length - LONGEST_TABLE),
    totals: `${count(figures.open, 'device')} open, ${figures.late} of them late. Since ${words.date(since)}: ${figures.opened} opened, ${figures.closed} closed.`,
    why: `You get this because you are recorded as ${listed((posts.length > 0 ? posts : roles).map((role) => ROLE_WORDS[role]))}. If that is wrong, please tell your programme team.`,
    programme: clean(setting.programmeTitle, 120),
    publicUrl: setting.publicUrl,
  };
}
