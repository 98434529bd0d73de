import { Failure } from '../../domain/errors';
import { concurrently } from '../concurrently';
import { type Services } from '../services';
import { type Who } from '../who';
import { actOnCase, type ActionAnswer } from './act-on-case';
import { type ActionInput } from './action-input';

/** How many cases one request may act on. */
export const MOST_AT_A_TIME = 200;
/** Commands on their way at once: people wait for each other behind more. */
const IN_FLIGHT = 10;

/** A case as its reader saw it. */
export interface ManyItem {
  readonly caseId: string;
  /** Null = whatever it is by now. */
  readonly expectedRevision: number | null;
}

/** What is done to every case alike; `reopen` is for one at a time, since it makes a new case. */
export type ManyInput = Exclude<ActionInput, { action: 'reopen' }>;

export interface ManyOptions {
  /** Stands for this request, whoever repeats it: each case takes it once. At most 100 characters. */
  readonly batchId: string;
  /** Told of errors that are nobody's input, one a case. */
  readonly onError?: (error: unknown) => void;
}

/** What became of one case. */
export type ManyResult =
  | { readonly caseId: string; readonly outcome: 'done'; readonly answer: ActionAnswer }
  /** Nothing has changed; the sentence says why. */
  | { readonly caseId: string; readonly outcome: 'refused'; readonly code: string; readonly message: string }
  /** It may be carried out yet: the same request again tells, and does nothing twice. */
  | { readonly caseId: string; readonly outcome: 'unclear'; readonly code: string; readonly message: string };

function cameToNothing(caseId: string, error: unknown): ManyResult {
  if (!(error instanceof Failure))
    return { caseId, outcome: 'unclear', code: 'internal', message: 'Something went wrong on our side.' };
  const { code, message, exit } = error;
  return { caseId, outcome: exit === 3 ? 'unclear' : 'refused', code, message };
}

/** The id of the command that a request sends to a case. */
export function commandIdOf(batchId: string, caseId: string): string {
  return `${batchId}/${caseId}`;
}

/**
 * Does one thing to many cases, some at a time. What one of them refuses keeps no other from it. The same `batchId` again,
 * by the same person and with the same content, carries out nothing twice and gives the answers of the first time; with
 * other content each case refuses it as `command-id-reused`.
 * @returns a result for every case, in the order given, each case once
 * @throws Failure `too-many` before anything is done
 */
export async function actOnMany(
  services: Services,
  who: Who,
  items: readonly ManyItem[],
  input: ManyInput,
  { batchId, onError }: ManyOptions,
): Promise<ManyResult[]> {
  const wanted = new Map(items.map((item) => [item.caseId, item]));
  if (wanted.size > MOST_AT_A_TIME)
    throw new Failure('too-many', `${wanted.size} are too many at a time; the most is ${MOST_AT_A_TIME}.`, {
      hint: 'Choose fewer, and do the rest after.',
    });
  const results = new Map<string, ManyResult>();
  await concurrently(wanted.values(), IN_FLIGHT, async ({ caseId, expectedRevision }) => {
    try {
      const options = { commandId: commandIdOf(batchId, caseId), expectedRevision };
      const answer = await actOnCase(services, caseId, input, who, options);
      results.set(caseId, { caseId, outcome: 'done', answer });
    } catch (error) {
      if (!(error instanceof Failure)) onError?.(error);
      results.set(caseId, cameToNothing(caseId, error));
    }
  });
  return [...wanted.keys()].flatMap((caseId) => results.get(caseId) ?? []);
}
