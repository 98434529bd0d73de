import { groups } from '../domain/groups';
import { type Instant } from '../domain/records';
import { type Role, ROLES, type WorkStage } from '../domain/vocabulary';
import { STAGE_SHOWN } from '../domain/wording';
import { clean } from './clean';
import { distanceWords, readableDate } from '../domain/dates-for-people';
import { SEVERITY_SHOWN } from '../domain/tasks/severity';
import { type TaskItem, type Voice } from './items';
import { groupKey, type Links, type TaskLink } from './links';
import { type MailCase, type MailSetting } from './rows';
import { count, listed } from '../domain/counted';
import { WHAT_TO_DO } from '../domain/tasks/words';
import { AGREEMENT, FINDING_WORDS, HELP, REPORTED_BY, ROLE_WORDS } from './words';

/** Longest list of a section; what is beyond is counted. */
export const LONGEST_LIST = 25;

export interface TaskLine {
  readonly reference: string;
  /** What else may be said of it, one short line each. */
  readonly notes: readonly string[];
  readonly due: string;
  /** "3 working days late", "today"; empty where the date says it all. */
  readonly when: string;
}

/** The devices of one site in a section. */
export interface SiteGroup {
  /** Its name, its id as a reference, or its number in this message: as much as the policy lets mail say. */
  readonly site: string;
  /** "3 tasks". */
  readonly size: string;
  readonly lines: readonly TaskLine[];
  /** Opens all devices of this site and stage; null where the reader has no task there, or no page can be reached. */
  readonly link: TaskLink | null;
}

export interface Section {
  readonly heading: string;
  readonly whatToDo: string;
  /** The command that does it, after what it is for ("To report it: …"); empty for those who need not. */
  readonly command: string;
  /** "3 tasks". */
  readonly size: string;
  readonly sites: readonly SiteGroup[];
  /** "35 more, also at 4 other sites"; empty where nothing is left out. */
  readonly more: string;
  /** Who else was told of all of these; empty where the lines say so one by one. */
  readonly alsoTold: string;
}

export interface Part {
  readonly heading: string;
  readonly sections: readonly Section[];
}

/** What is said of a case in a section. */
export interface Entry {
  readonly case: MailCase;
  /** The stage in which it is the reader's own task; null = it is not. */
  readonly task: WorkStage | null;
  readonly alsoTold: readonly Role[];
  readonly line: TaskLine;
}

export interface Heading {
  readonly heading: string;
  readonly whatToDo: string;
  readonly command: string;
}

/** What every part of one message is written with. */
export class Wording {
  readonly #sites = new Map<string, number>();

  constructor(
    readonly now: Instant,
    readonly setting: MailSetting,
    readonly links: Links,
  ) {}

  linkTo({ case: { siteId }, task }: Entry): TaskLink | null {
    return task === null ? null : (this.links.get(groupKey(siteId, task)) ?? null);
  }

  /** Sites without a name are numbered in the order in which the message speaks of them. */
  siteOf({ siteId, siteName }: MailCase): string {
    const { revealAssets, revealSites } = this.setting;
    if (revealSites) return clean(siteName, 80);
    if (revealAssets) return `Site ${clean(siteId, 60)}`;
    const number = this.#sites.get(siteId) ?? this.#sites.size + 1;
    this.#sites.set(siteId, number);
    return `Site ${number}`;
  }

  /** How a mail names a task, and how its reader names it in return: `cases act` takes either. */
  referenceOf(task: MailCase): string {
    return this.setting.revealAssets ? clean(task.assetId, 60) : task.caseId;
  }

  date(instant: Instant): string {
    return readableDate(instant, this.now, this.setting.zone);
  }

  due(due: Instant | null): string {
    return due === null ? 'No date yet' : `Due ${this.date(due)}`;
  }

  /** What the policy lets mail name beside the site. */
  named(task: MailCase, voice: Voice): string[] {
    const make = [task.make, task.model].flatMap((word) => word ?? []).map((word) => clean(word, 60));
    return [
      ...(voice === 'programme' ? [clean(task.departmentName, 80)] : []),
      ...(this.setting.revealMakes && make.length > 0 ? [make.join(' ')] : []),
    ];
  }
}

function toldWords(roles: readonly Role[]): string {
  return listed(ROLES.filter((role) => roles.includes(role)).map((role) => `the ${ROLE_WORDS[role]}`));
}

function moreWords(all: readonly Entry[], shown: readonly Entry[]): string {
  const rest = all.length - shown.length;
  if (rest === 0) return '';
  const seen = new Set(shown.map((entry) => entry.case.siteId));
  const others = new Set(all.map((entry) => entry.case.siteId).filter((siteId) => !seen.has(siteId)));
  return `${rest} more${others.size === 0 ? '' : `, also at ${count(others.size, 'other site')}`}`;
}

/**
 * A section: its entries by site, the site with the worst first.
 * @param entries worst first, at least one
 */
export function sectionOf(about: Heading, entries: readonly Entry[], wording: Wording): Section {
  const told = new Set(entries.map(({ alsoTold }) => [...alsoTold].sort().join()));
  const [first] = entries;
  const above = told.size === 1 && first !== undefined ? toldWords(first.alsoTold) : '';
  const bySite = groups(entries, (entry) => entry.case.siteId);
  const shown = bySite.flat().slice(0, LONGEST_LIST);
  const lineOf = ({ line, alsoTold }: Entry): TaskLine =>
    told.size === 1 || alsoTold.length === 0
      ? line
      : { ...line, notes: [...line.notes, `Also told: ${toldWords(alsoTold)}`] };
  const sites = groups(shown, (entry) => entry.case.siteId).flatMap((group): SiteGroup[] => {
    const [one] = group;
    if (one === undefined) return [];
    const all = entries.filter((entry) => entry.case.siteId === one.case.siteId);
    const about = { site: wording.siteOf(one.case), size: count(all.length, 'task') };
    return [{ ...about, lines: group.map(lineOf), link: wording.linkTo(one) }];
  });
  return {
    ...about,
    // Whoever has the page needs no command.
    command: sites.every(({ link }) => link !== null) ? '' : about.command,
    size: count(entries.length, 'task'),
    sites,
    more: moreWords(entries, shown),
    alsoTold: above,
  };
}

export const VOICE_HEADINGS: Readonly<Record<Voice, string>> = {
  own: '',
  department: ' in your department',
  programme: ' across the programme',
};

function taskEntry(item: TaskItem, wording: Wording): Entry {
  const { case: task, stage, due, distance, voice, saidOn } = item;
  return {
    case: task,
    task: voice === 'own' ? stage : null,
    alsoTold: item.alsoTold,
    line: {
      reference: wording.referenceOf(task),
      notes: [
        ...wording.named(task, voice),
        ...(saidOn === null ? [] : [`You said on ${wording.date(saidOn)} that you were on this: it is still open`]),
        ...(stage === 'assess' ? [FINDING_WORDS[task.finding]] : []),
        ...(item.handedOver === 'yes' ? ['Came to you from another department; its dates stay'] : []),
        ...(task.site === 'unassessed' ? ['The site has not been assessed yet, so it counts until it is'] : []),
      ],
      due: wording.due(due),
      when: distance === null ? '' : distanceWords(distance),
    },
  };
}

function taskHeading({ stage, asks, voice }: TaskItem): Heading {
  const agrees = asks === 'agreement';
  const reportedBy = agrees ? AGREEMENT.reportedBy : REPORTED_BY[stage];
  const mine = voice === 'own';
  return {
    heading: agrees ? AGREEMENT.heading : STAGE_SHOWN[stage],
    whatToDo: mine ? (agrees ? AGREEMENT.whatToDo : WHAT_TO_DO[stage]) : HELP,
    command: mine ? `To report it: clearsite cases act REFERENCE ${reportedBy}` : '',
  };
}

/** Tasks by how bad they are and whose, then by what is to do, then by site. @param tasks worst first */
export function taskParts(tasks: readonly TaskItem[], wording: Wording): Part[] {
  return groups(tasks, ({ severity, voice }) => `${severity}/${voice}`).flatMap((items) => {
    const [first] = items;
    if (first === undefined) return [];
    const sections = groups(items, ({ stage, asks }) => `${stage}/${asks}`).flatMap((group) => {
      const [one] = group;
      if (one === undefined) return [];
      return [
        sectionOf(
          taskHeading(one),
          group.map((item) => taskEntry(item, wording)),
          wording,
        ),
      ];
    });
    return [{ heading: `${SEVERITY_SHOWN[first.severity]}${VOICE_HEADINGS[first.voice]}`, sections }];
  });
}
