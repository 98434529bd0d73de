import { groups } from '../domain/groups';
import { clean } from './clean';
import { type NoticeItem, type Notices } from './notices';
import { type AnswerKind, type NewsOf } from '../domain/mail/news';
import { type Entry, type Heading, type Part, sectionOf, VOICE_HEADINGS, type Wording } from './sections';
import { STAGE_SHOWN } from '../domain/wording';
import { count } from '../domain/counted';
import { ANSWERS, DECISIONS, MOVED, reasonWords } from './words';

/** Longest text of a person's that a line quotes. */
const LONGEST_QUOTE = 300;

function quoted(label: string, text: string): string[] {
  const words = clean(text, LONGEST_QUOTE);
  return words === '' ? [] : [`${label}: ${words}`];
}

function decisionNotes({ wanted, reason, requestId }: NewsOf<'decision'>, wording: Wording): string[] {
  return [
    ...quoted('Request', requestId),
    ...(wanted === null ? [] : [`Wanted: ${wording.date(wanted)}`]),
    ...quoted('Why', reasonWords(reason)),
  ];
}

/** What is said of a notice beside its reference and its date. */
function notesOf({ news }: NoticeItem, wording: Wording): string[] {
  switch (news.kind) {
    case 'decision':
      return decisionNotes(news, wording);
    case 'more-time-agreed':
      return [
        ...(news.was === null ? [] : [`It was due ${wording.date(news.was)}`]),
        ...quoted('On condition', news.conditions),
      ];
    case 'more-time-refused':
      return [
        ...(news.wanted === null ? [] : [`Wanted was ${wording.date(news.wanted)}`]),
        ...quoted('Why', reasonWords(news.reason)),
      ];
    case 'stay-agreed':
      return [
        `Allowed to stay until ${wording.date(news.until)}`,
        ...(news.renewals > 0 ? [`Allowed ${count(news.renewals, 'time')} before`] : []),
      ];
    case 'stay-refused':
      return quoted('Why', reasonWords(news.reason));
    case 'stay-ended':
      return [`It was allowed to stay until ${wording.date(news.until)}`];
    case 'date-moved':
      return [
        ...(news.was === null ? [] : [`It was due ${wording.date(news.was)}`]),
        ...quoted('Why', reasonWords(news.reason)),
      ];
    case 'still-open':
      return [];
  }
}

function entryOf(item: NoticeItem, wording: Wording): Entry {
  const { case: task, stage, due, voice, alsoTold, news } = item;
  return {
    case: task,
    task: null,
    // A question is put to whoever decides, and to nobody else.
    alsoTold: news.kind === 'decision' ? [] : alsoTold,
    line: {
      reference: wording.referenceOf(task),
      notes: [STAGE_SHOWN[stage], ...wording.named(task, voice), ...notesOf(item, wording)],
      due: wording.due(due),
      when: '',
    },
  };
}

/** Where a page can be reached it says more than a command. */
function movedHeading(publicUrl: string): Heading {
  const why = publicUrl === '' ? MOVED.command : `To see why: ${publicUrl}/cases/REFERENCE`;
  return { heading: MOVED.heading, whatToDo: `${MOVED.whatToDo} ${why}`, command: '' };
}

function headingOf({ news, voice }: NoticeItem, { setting: { publicUrl } }: Wording): Heading {
  switch (news.kind) {
    case 'decision':
      return DECISIONS[news.what];
    case 'date-moved':
    case 'still-open':
      return movedHeading(publicUrl);
    default: {
      const about: Heading = ANSWERS[news.kind satisfies AnswerKind];
      // Whoever is told for information has nothing to ask for.
      if (voice !== 'own' || about.command === '') return { ...about, command: '' };
      if (publicUrl === '') return about;
      const action = news.kind === 'more-time-refused' ? 'request-extension' : 'request-exception';
      return { ...about, command: `To ask: ${publicUrl}/cases/REFERENCE/actions/${action}` };
    }
  }
}

function partOf(heading: string, items: readonly NoticeItem[], wording: Wording): Part[] {
  if (items.length === 0) return [];
  const sections = groups(
    items,
    ({ news, voice }) => `${news.kind}/${'what' in news ? news.what : ''}/${voice}`,
  ).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const about = headingOf(first, wording);
    const whose = first.news.kind === 'decision' ? '' : VOICE_HEADINGS[first.voice];
    const entries = group.map((item) => entryOf(item, wording));
    return [sectionOf({ ...about, heading: `${about.heading}${whose}` }, entries, wording)];
  });
  return [{ heading, sections }];
}

/** Decisions and answers: what people wait for. */
export function decisionParts({ decisions, answers }: Notices, wording: Wording): Part[] {
  return [
    ...partOf('Decisions for you', decisions, wording),
    ...partOf(answers.length === 1 ? 'An answer' : 'Answers', answers, wording),
  ];
}

/** Due dates that were computed anew. */
export function movedParts({ moved }: Notices, wording: Wording): Part[] {
  return partOf('New dates', moved, wording);
}
