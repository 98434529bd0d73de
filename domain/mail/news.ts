import { type Instant } from '../records';

/** What a decision is about: more time, an allowance to stay, or a later upgrade date. */
export const DECISION_MATTERS = ['extension', 'exception', 'upgrade'] as const;
export type DecisionMatter = (typeof DECISION_MATTERS)[number];

/** What a notice says beyond its case, stage and due date. Instants in UTC. */
export type News =
  /** Somebody said that they were on it; that time is over. */
  | { readonly kind: 'still-open'; readonly saidOn: Instant }
  /** Something was asked for and waits for the recipient. */
  | {
      readonly kind: 'decision';
      readonly what: DecisionMatter;
      readonly wanted: Instant | null;
      readonly reason: string;
      readonly requestId: string;
    }
  | { readonly kind: 'more-time-agreed'; readonly was: Instant | null; readonly conditions: string }
  | { readonly kind: 'more-time-refused'; readonly wanted: Instant | null; readonly reason: string }
  | { readonly kind: 'stay-agreed'; readonly until: Instant; readonly renewals: number }
  | { readonly kind: 'stay-refused'; readonly reason: string }
  | { readonly kind: 'stay-ended'; readonly until: Instant }
  /** A due date was computed anew. */
  | { readonly kind: 'date-moved'; readonly was: Instant | null; readonly reason: string };

export type NewsKind = News['kind'];
export type NewsOf<Kind extends NewsKind> = Extract<News, { kind: Kind }>;

/** Answers to what somebody asked for, and an allowance's end. */
export const ANSWER_KINDS = [
  'more-time-agreed',
  'more-time-refused',
  'stay-agreed',
  'stay-refused',
  'stay-ended',
] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

type Payload = Readonly<Record<string, unknown>>;

const textOf = (payload: Payload, key: string): string => {
  const value = payload[key];
  return typeof value === 'string' ? value : '';
};
const instantOf = (payload: Payload, key: string): Instant | null => {
  const value = textOf(payload, key);
  return Number.isNaN(Date.parse(value)) ? null : value;
};

function matterOf(payload: Payload): DecisionMatter {
  const what = textOf(payload, 'what');
  return what === 'extension' || what === 'exception' ? what : 'upgrade';
}

/**
 * An outbox row's payload as what it says; null for kinds that say nothing more, and where the payload lacks what its
 * words need: the row is then about its task alone.
 */
export function newsOf(kind: string, payload: Payload): News | null {
  const [saidOn, wanted, was, until] = ['saidOn', 'wanted', 'was', 'until'].map((key) => instantOf(payload, key));
  const reason = textOf(payload, 'reason');
  switch (kind) {
    case 'still-open':
      return saidOn == null ? null : { kind, saidOn };
    case 'decision':
      return { kind, what: matterOf(payload), wanted: wanted ?? null, reason, requestId: textOf(payload, 'requestId') };
    case 'more-time-agreed':
      return { kind, was: was ?? null, conditions: textOf(payload, 'conditions') };
    case 'more-time-refused':
      return { kind, wanted: wanted ?? null, reason };
    case 'stay-agreed':
      return until == null ? null : { kind, until, renewals: Number(payload['renewals']) || 0 };
    case 'stay-refused':
      return { kind, reason };
    case 'stay-ended':
      return until == null ? null : { kind, until };
    case 'date-moved':
      return { kind, was: was ?? null, reason };
    default:
      return null;
  }
}
