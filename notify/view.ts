import { type Instant } from '../domain/records';
import { STAGE_WORDS } from '../domain/wording';
import { type Role, ROLES } from '../domain/vocabulary';
import { clean } from './clean';
import { readableDate } from './dates';
import { type Severity, type TaskItem, tasksOf, type Voice } from './items';
import { type MailCase, type MailRow, type MailSetting, type Recipient } from './rows';
import { subjectOf } from './subject';
import { AGREEMENT, count, FINDING_WORDS, HELP, listed, REPORTED_BY, ROLE_WORDS, WHAT_TO_DO } from './words';

/** Longest list of a section; what is beyond is counted. */
export const LONGEST_LIST = 25;

export interface TaskLine {
  readonly reference: string;
  /** What else may be said of it, one short line each. */
  readonly notes: readonly string[];
  readonly due: string;
  /** "3 days late", "today"; empty where the date says it all. */
  readonly when: string;
}

export interface Section {
  readonly heading: string;
  readonly whatToDo: string;
  /** The command that reports it; empty for those who need not. */
  readonly command: string;
  /** "3 tasks". */
  readonly size: string;
  readonly lines: readonly TaskLine[];
  readonly more: number;
  /** Who else was told of all of these; empty where the lines say so one by one. */
  readonly alsoTold: string;
}

export interface Part {
  readonly heading: string;
  readonly sections: readonly Section[];
}

/** Everything that a message says, in words, for the text and the HTML template alike. */
export interface MessageView {
  readonly subject: string;
  readonly greeting: string;
  readonly parts: readonly Part[];
  readonly corrections: { readonly references: readonly string[]; readonly more: number } | null;
  readonly people: readonly {
    readonly who: string;
    readonly email: string;
    readonly reason: string;
    readonly what: string;
  }[];
  /** How to report, for those who have something to report; else empty. */
  readonly how: readonly string[];
  /** Why the recipient gets it. */
  readonly why: string;
  readonly programme: string;
  readonly publicUrl: string;
}

const PART_HEADINGS: Readonly<Record<Severity, string>> = {
  late: 'Late',
  today: 'Due today',
  soon: 'Coming up',
  new: 'New',
};
const VOICE_HEADINGS: Readonly<Record<Voice, string>> = {
  own: '',
  department: ' in your department',
  programme: ' across the programme',
};

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    if (group === undefined) found.set(key, [item]);
    else group.push(item);
  }
  return [...found.values()];
}

function toldWords(roles: readonly Role[]): string {
  return listed(ROLES.filter((role) => roles.includes(role)).map((role) => `the ${ROLE_WORDS[role]}`));
}

function whenWords(late: number | null): string {
  if (late === null) return '';
  if (late > 0) return `${count(late, 'day')} late`;
  if (late === 0) return 'today';
  return late === -1 ? 'tomorrow' : `in ${count(-late, 'day')}`;
}

/** How a mail names a task, and how its reader names it in return: `cases act` takes either. */
function referenceOf(task: MailCase, { revealAssets }: MailSetting): string {
  return revealAssets ? clean(task.assetId, 60) : task.caseId;
}

/** What the policy lets mail name. */
function named(task: MailCase, voice: Voice, { revealSites, revealMakes }: MailSetting): string[] {
  const make = [task.make, task.model].flatMap((word) => word ?? []).map((word) => clean(word, 60));
  return [
    ...(voice === 'programme' ? [clean(task.departmentName, 80)] : []),
    ...(revealSites ? [clean(task.siteName, 80)] : []),
    ...(revealMakes && make.length > 0 ? [make.join(' ')] : []),
  ];
}

function lineOf(item: TaskItem, told: 'here' | 'above', now: Instant, setting: MailSetting): TaskLine {
  const { case: task, stage, due, late, voice } = item;
  return {
    reference: referenceOf(task, setting),
    notes: [
      ...named(task, voice, setting),
      ...(stage === 'assess' ? [FINDING_WORDS[task.finding]] : []),
      ...(item.handedOver === 'yes' ? ['Came to you from another department; its dates stay'] : []),
      ...(task.site === 'unassessed' ? ['The site has not been assessed yet, so it counts until it is'] : []),
      ...(told === 'here' && item.alsoTold.length > 0 ? [`Also told: ${toldWords(item.alsoTold)}`] : []),
    ],
    due: due === null ? 'No date yet' : `Due ${readableDate(due, now, setting.zone)}`,
    when: whenWords(late),
  };
}

function sectionOf(items: readonly TaskItem[], now: Instant, setting: MailSetting): Section | null {
  const [first] = items;
  if (first === undefined) return null;
  const { stage, asks, voice } = first;
  const told = new Set(items.map(({ alsoTold }) => [...alsoTold].sort().join()));
  const where = told.size === 1 ? 'above' : 'here';
  const own = voice === 'own';
  const agrees = asks === 'agreement';
  return {
    heading: agrees ? AGREEMENT.heading : STAGE_WORDS[stage],
    whatToDo: own ? (agrees ? AGREEMENT.whatToDo : WHAT_TO_DO[stage]) : HELP,
    command: own ? `clearsite cases act REFERENCE ${agrees ? AGREEMENT.reportedBy : REPORTED_BY[stage]}` : '',
    size: count(items.length, 'task'),
    lines: items.slice(0, LONGEST_LIST).map((item) => lineOf(item, where, now, setting)),
    more: Math.max(0, items.length - LONGEST_LIST),
    alsoTold: where === 'above' && first.alsoTold.length > 0 ? toldWords(first.alsoTold) : '',
  };
}

function partsOf(tasks: readonly TaskItem[], now: Instant, setting: MailSetting): Part[] {
  return groups(tasks, ({ severity, voice }) => `${severity}/${voice}`).flatMap((items) => {
    const [first] = items;
    if (first === undefined) return [];
    const sections = groups(items, ({ stage, asks }) => `${stage}/${asks}`).flatMap(
      (group) => sectionOf(group, now, setting) ?? [],
    );
    return [{ heading: `${PART_HEADINGS[first.severity]}${VOICE_HEADINGS[first.voice]}`, sections }];
  });
}

function correctionsOf(rows: readonly MailRow[], setting: MailSetting): MessageView['corrections'] {
  if (rows.length === 0) return null;
  const references = [
    ...new Set(rows.flatMap((row) => (row.case === null ? [] : referenceOf(row.case, setting)))),
  ].sort();
  return {
    references: references.slice(0, LONGEST_LIST),
    more: Math.max(0, references.length - LONGEST_LIST),
  };
}

function peopleOf(rows: readonly MailRow[]): MessageView['people'] {
  return rows.flatMap(({ kind, unreachable: person }) =>
    person === null
      ? []
      : [
          {
            who: `${clean(person.name, 80)}, ${ROLE_WORDS[person.role]}`,
            email: clean(person.email, 254),
            reason: clean(person.reason, 200),
            what:
              kind === 'dead-address'
                ? 'Nothing more is sent there. Their tasks went to the next person. Please give us the right address, or say that they have left: clearsite contacts set, clearsite contacts leave.'
                : 'The mail server refuses what we send there, though the address exists. Please have the mail team look at it, then: clearsite mail list --state failed.',
          },
        ],
  );
}

/** Several rows can speak of one colleague: one line each is enough. */
function distinctPeople(rows: readonly MailRow[]): MailRow[] {
  const of = rows.filter(({ unreachable: person }) => person !== null);
  return [...new Map(of.map((row) => [`${row.kind}/${row.unreachable?.email.toLowerCase()}`, row])).values()];
}

function howWords(tasks: readonly TaskItem[]): string[] {
  const own = tasks.filter(({ voice }) => voice === 'own');
  if (own.length === 0) return [];
  const pressing = own.some(({ severity }) => severity === 'late' || severity === 'today');
  return [
    'Quote the reference to your programme team and they enter it for you, or enter it yourself with the command above.',
    ...(pressing ? ['Tell us you are on it: clearsite cases act REFERENCE acknowledge'] : []),
  ];
}

function whyWords(rows: readonly MailRow[]): string {
  const roles = ROLES.filter((role) => rows.some((row) => row.role === role)).map((role) => ROLE_WORDS[role]);
  return `You get this because you are recorded as ${listed(roles)}. If that is wrong, please tell your programme team.`;
}

/**
 * What one message says.
 * @param rows everything that is due to one address, at least one row
 * @param now when it is composed: what is late is judged by it
 */
export function viewOf(
  recipient: Recipient,
  rows: readonly MailRow[],
  now: Instant,
  setting: MailSetting,
): MessageView {
  const tasks = tasksOf(rows, now, setting.zone);
  const corrections = rows.filter(({ kind }) => kind === 'correction');
  const unreachable = distinctPeople(rows);
  return {
    subject: subjectOf({ tasks, corrections, unreachable }, now, setting.zone),
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    parts: partsOf(tasks, now, setting),
    corrections: correctionsOf(corrections, setting),
    people: peopleOf(unreachable),
    how: howWords(tasks),
    why: whyWords(rows),
    programme: clean(setting.programmeTitle, 120),
    publicUrl: setting.publicUrl,
  };
}
