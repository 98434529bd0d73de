import { type Instant } from '../domain/records';
import { type Role, type WorkStage } from '../domain/vocabulary';
import { type Voice, voiceOf } from './items';
import { ANSWER_KINDS, type News } from '../domain/mail/news';
import { type MailCase, type MailRow } from './rows';

/** Something that a message tells about a case that is no task in itself: a decision, an answer, a moved date. */
export interface NoticeItem {
  readonly case: MailCase;
  readonly stage: WorkStage;
  /** The due date that holds now. */
  readonly due: Instant | null;
  readonly voice: Voice;
  readonly news: News;
  readonly alsoTold: readonly Role[];
}

export interface Notices {
  /** What waits for the recipient's decision. */
  readonly decisions: readonly NoticeItem[];
  readonly answers: readonly NoticeItem[];
  /** Due dates that were computed anew. */
  readonly moved: readonly NoticeItem[];
}

function itemOf(row: MailRow): NoticeItem | null {
  const { case: task, stage, due, news, alsoTold } = row;
  if (task === null || stage === null || news === null || news.kind === 'still-open') return null;
  return { case: task, stage, due, voice: voiceOf(row, task, stage), news, alsoTold };
}

/** Several rows that say the same of one case and stage (two posts of one person) are one; the last one written holds. */
function keyOf({ case: { caseId }, stage, news }: NoticeItem): string {
  return [caseId, stage, news.kind, 'requestId' in news ? news.requestId : ''].join('/');
}

/** What rows tell beside tasks; the earliest date first. */
export function noticesOf(rows: readonly MailRow[]): Notices {
  const all = [...new Map(rows.flatMap((row) => itemOf(row) ?? []).map((item) => [keyOf(item), item])).values()];
  const items = all.sort(
    (a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999') || keyOf(a).localeCompare(keyOf(b)),
  );
  const answers: readonly string[] = ANSWER_KINDS;
  return {
    decisions: items.filter(({ news }) => news.kind === 'decision'),
    answers: items.filter(({ news }) => answers.includes(news.kind)),
    moved: items.filter(({ news }) => news.kind === 'date-moved'),
  };
}
