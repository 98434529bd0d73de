import { randomUUID } from 'node:crypto';
import { actOnCase, type ActionAnswer } from '../../app/cases/act-on-case';
import { parseAction } from '../../app/cases/action-input';
import { untilNewer } from '../../app/cases/newer';
import { type Submission } from '../../app/evidence/add';
import { type Services } from '../../app/services';
import { type Viewer } from '../../domain/access/roles';
import { type CaseAction } from '../../domain/case-actions';
import { Failure } from '../../domain/errors';
import { Problem } from '../problems';
import { type Typed } from '../forms/typed';

/** What a form remembers of the case as its reader saw it. */
export interface Seen {
  /** Refused where the case has another one now. */
  readonly revision: number;
  /** Of the last event that the register held. */
  readonly sequence: number;
  /** Carried out once, however often the form is sent. */
  readonly commandId: string;
}

/** For a form that is shown now. */
export function seenNow(
  { revision }: { readonly revision: number },
  audit: readonly { readonly sequence: number }[],
): Seen {
  return { revision, sequence: audit.at(-1)?.sequence ?? 0, commandId: randomUUID() };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const COUNT = /^\d{1,9}$/;

/** What a form that came back remembers. @throws Problem 400 where somebody has changed that by hand */
export function seenBefore({ revision = '', seen = '', commandId = '' }: Typed): Seen {
  if (COUNT.test(revision) && COUNT.test(seen) && UUID.test(commandId))
    return { revision: Number(revision), sequence: Number(seen), commandId };
  throw new Problem(400, 'This could not be read', 'What was sent is not what this form takes.', [
    'Nothing was changed. Load the page anew, and fill it in again.',
  ]);
}

/** What became of a form that was sent. */
export type Sent =
  | { readonly outcome: 'recorded'; readonly answer: ActionAnswer }
  /** Somebody else was faster. */
  | { readonly outcome: 'overtaken' }
  /** The case refuses it as it was filled in. */
  | { readonly outcome: 'refused'; readonly code: string; readonly text: string }
  /** A service is away. `kept`: it has been accepted. */
  | { readonly outcome: 'away'; readonly kept: 'accepted' | 'nothing' | 'unknown' };

const OVERTAKEN = [
  'stale-revision',
  'stale-plan',
  'case-closed',
  'not-running',
  'not-pending',
  'superseded',
  'not-closed',
];

/** What the case's own words say for the command line, in the words of a page. */
const SAID: Readonly<Record<string, string>> = {
  'not-allowed': 'Your role does not include this, for this case.',
  'beyond-calendar': 'This day is too far away: nobody knows the bank holidays until then. Enter an earlier day.',
  'command-id-reused':
    'This form was sent before with something else in it, and that was recorded. Look at the case, then send it again if it is still wanted.',
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Dates in the case's sentences as people write them: `2027-03-01` is `1 March 2027`. */
function readable(sentence: string): string {
  return sentence.replace(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (_, year: string, month: string, day: string) => {
    return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
  });
}

function away({ code }: Failure): Sent {
  const kept = code === 'not-recorded-yet' ? 'accepted' : code === 'no-answer' ? 'unknown' : 'nothing';
  return { outcome: 'away', kept };
}

/**
 * Sends what somebody filled in, in their own name.
 * @param options of the action, named as the command line's
 * @param file evidence that is kept already; null = none, or in words
 */
export async function send(
  services: Services,
  viewer: Viewer,
  caseId: string,
  action: CaseAction,
  options: Readonly<Record<string, string>>,
  { revision, commandId }: Seen,
  file: Submission | null = null,
): Promise<Sent> {
  const who = { as: null, typist: viewer.email };
  try {
    const input = parseAction(action, options);
    const answer = await actOnCase(services, caseId, input, who, {
      commandId,
      expectedRevision: revision,
      ...(file !== null && { handedIn: file }),
    });
    return { outcome: 'recorded', answer };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.exit === 3) return away(error);
    const { code, message } = error;
    if (OVERTAKEN.includes(code)) {
      // Whoever was faster may not be in the register yet, and that is what this person is to be told.
      if (code === 'stale-revision') await untilNewer(services, caseId, revision);
      return { outcome: 'overtaken' };
    }
    return { outcome: 'refused', code, text: SAID[code] ?? readable(message) };
  }
}

/** What to do where a service is away, a sentence each. */
export function awayWords(kept: 'accepted' | 'nothing' | 'unknown'): string {
  switch (kept) {
    case 'accepted':
      return 'The case has accepted this, but it has not been recorded yet. Nothing is lost, and you need not send it again: it is recorded as soon as the register answers.';
    case 'unknown':
      return 'Nobody has taken this up yet. Send it again in some minutes: it is carried out once, however often you send it.';
    case 'nothing':
      return 'The part of the service that takes this does not answer, and nothing was recorded. What you entered is still here: send it again in some minutes.';
  }
}
