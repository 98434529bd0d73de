import { type Instant } from '../domain/records';
import { ROLES } from '../domain/vocabulary';
import { clean } from './clean';
import { type TaskItem, tasksOf } from './items';
import { decisionParts, movedParts } from './notice-parts';
import { type Links, NO_LINKS } from './links';
import { noticesOf } from './notices';
import { type MailRow, type MailSetting, type Recipient, type Unreachable } from './rows';
import { LONGEST_LIST, type Part, taskParts, Wording } from './sections';
import { subjectOf } from './subject';
import { listed } from '../domain/counted';
import { ROLE_WORDS } from './words';

export { LONGEST_LIST };

/** Everything that a message says, in words, for the text and the HTML template alike. */
export interface MessageView {
  readonly subject: string;
  readonly greeting: string;
  /** For whom the reader stands in, and until when; empty for one's own mail. */
  readonly inPlaceOf: string;
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

function correctionsOf(rows: readonly MailRow[], wording: Wording): MessageView['corrections'] {
  if (rows.length === 0) return null;
  const references = [
    ...new Set(rows.flatMap((row) => (row.case === null ? [] : wording.referenceOf(row.case)))),
  ].sort();
  return {
    references: references.slice(0, LONGEST_LIST),
    more: Math.max(0, references.length - LONGEST_LIST),
  };
}

const DEAD: Readonly<Record<Unreachable['sentTo'], string>> = {
  person:
    'Nothing more is sent there. Their tasks went to the next person. Please give us the right address, or say that they have left: clearsite contacts set, clearsite contacts leave.',
  deputy:
    'Nothing more is sent to this deputy, so mail goes to the absent person again. Please name somebody who can stand in: clearsite contacts set --deputy-email.',
};
const REFUSED =
  'The mail server refuses what we send there, though the address exists. Please have the mail team look at it, then: clearsite mail list --state failed.';

function peopleOf(rows: readonly MailRow[]): MessageView['people'] {
  return rows.flatMap(({ kind, unreachable: person }) =>
    person === null
      ? []
      : [
          {
            who: `${person.sentTo === 'deputy' ? 'Deputy of ' : ''}${clean(person.name, 80)}, ${ROLE_WORDS[person.role]}`,
            email: clean(person.email, 254),
            reason: clean(person.reason, 200),
            what: kind === 'dead-address' ? DEAD[person.sentTo] : REFUSED,
          },
        ],
  );
}

/** Several rows can speak of one colleague: one line each is enough. */
function distinctPeople(rows: readonly MailRow[]): MailRow[] {
  const of = rows.filter(({ unreachable: person }) => person !== null);
  return [...new Map(of.map((row) => [`${row.kind}/${row.unreachable?.email.toLowerCase()}`, row])).values()];
}

/** @param links opens the pages of the tasks; empty where no page can be reached */
function howWords(tasks: readonly TaskItem[], links: Links): string[] {
  const own = tasks.filter(({ voice }) => voice === 'own');
  if (own.length === 0) return [];
  if (links.size > 0) {
    return [
      'Open the link beneath the tasks: the page shows every device and what to do, and you confirm there. It sends a code to this address and asks you for it, so that nobody else can confirm in your place. A link works once, for 30 days.',
      'If you need more time, or want to tell us that you are on it, the same page says how.',
    ];
  }
  const pressing = own.some(({ severity }) => ['critical', 'late', 'today'].includes(severity));
  return [
    'Quote the reference to your programme team and they enter it for you, or enter it yourself with the command above.',
    ...(pressing ? ['Tell us you are on it: clearsite cases act REFERENCE acknowledge'] : []),
  ];
}

function whyWords(rows: readonly MailRow[], { standsInFor }: Recipient): string {
  const roles = ROLES.filter((role) => rows.some((row) => row.role === role)).map((role) => ROLE_WORDS[role]);
  return standsInFor === null
    ? `You get this because you are recorded as ${listed(roles)}. If that is wrong, please tell your programme team.`
    : `You get this because you are recorded as the deputy of ${clean(standsInFor.name, 80)}, ${listed(roles)}. If that is wrong, please tell your programme team.`;
}

function inPlaceOfWords({ standsInFor }: Recipient, wording: Wording): string {
  if (standsInFor === null) return '';
  const { name, until } = standsInFor;
  // Noon, so that the date is the same one in every zone of the country.
  const away = until === null ? 'away' : `away until ${wording.date(`${until}T12:00:00.000Z`)}`;
  return `This is for ${clean(name, 80)}, who is ${away}: you stand in.`;
}

/**
 * What one message says.
 * @param rows everything that is due to one address, at least one row
 * @param now when it is composed: what is late is judged by it
 * @param links what opens the pages of the reader's own tasks
 */
export function viewOf(
  recipient: Recipient,
  rows: readonly MailRow[],
  now: Instant,
  setting: MailSetting,
  links: Links = NO_LINKS,
): MessageView {
  const wording = new Wording(now, setting, links);
  const tasks = tasksOf(rows, now, setting);
  const notices = noticesOf(rows);
  const corrections = rows.filter(({ kind }) => kind === 'correction');
  const unreachable = distinctPeople(rows);
  const pressing = tasks.filter(({ severity }) => ['critical', 'late', 'today'].includes(severity));
  return {
    subject: subjectOf({ tasks, ...notices, corrections, unreachable }, now, setting.zone),
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    inPlaceOf: inPlaceOfWords(recipient, wording),
    parts: [
      ...taskParts(pressing, wording),
      ...decisionParts(notices, wording),
      ...taskParts(tasks.slice(pressing.length), wording),
      ...movedParts(notices, wording),
    ],
    corrections: correctionsOf(corrections, wording),
    people: peopleOf(unreachable),
    how: howWords(tasks, links),
    why: whyWords(rows, recipient),
    programme: clean(setting.programmeTitle, 120),
    publicUrl: setting.publicUrl,
  };
}
