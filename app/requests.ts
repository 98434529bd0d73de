import { type Pool } from 'pg';
import { Failure } from '../domain/errors';
import { type RequestKind, type Verdict } from '../domain/lifecycle';
import { findRequest, listRequests, type RequestFilter, type StoredRequest } from '../register/requests';
import { act, type ActAnswer } from './act';
import { checkFilter } from './inventory/pages';
import { type Services } from './services';
import { type Who } from './who';

export { REQUEST_STATES, type RequestState, type StoredRequest } from '../register/requests';

/** What `extensions` speaks of: more time, and later dates that the inventory or a site's class would bring. */
export const EXTENSIONS: readonly RequestKind[] = ['extension', 'later-dates'];
export const EXCEPTIONS: readonly RequestKind[] = ['exception'];

/** Requests of some kinds, the longest waiting first. @throws Failure `unknown-department` */
export async function findRequests(services: Services, filter: RequestFilter): Promise<readonly StoredRequest[]> {
  const pool = await services.register();
  await checkFilter(pool, filter.departmentId === null ? {} : { departmentId: filter.departmentId });
  return listRequests(pool, filter);
}

/**
 * The one request of these kinds that waits for a decision on a case.
 * @throws Failure `nothing-pending`, `several-pending`
 */
export async function onlyPending(pool: Pool, caseId: string, kinds: readonly RequestKind[]): Promise<string> {
  const all = await listRequests(pool, { kinds, state: 'pending', departmentId: null });
  const own = all.filter((one) => one.caseId === caseId);
  const [first] = own;
  if (first !== undefined && own.length === 1) return first.requestId;
  const [code, message] =
    first === undefined
      ? (['nothing-pending', 'Nothing of that kind waits for a decision on this case.'] as const)
      : ([
          'several-pending',
          `Several things wait for a decision: ${own.map(({ requestId }) => requestId).join(', ')}.`,
        ] as const);
  throw new Failure(code, message, {
    exit: 1,
    hint: first === undefined ? `See "clearsite cases show ${caseId}".` : 'Say which with --request.',
    details: { caseId },
  });
}

/** A decision that has been recorded. */
export interface Decided extends ActAnswer {
  readonly requestId: string;
  readonly verdict: Verdict;
}

/**
 * Decides a request, named by its id.
 * @param kinds that the asker speaks of
 * @throws Failure `unknown-request`, and as {@link act}
 */
export async function decide(
  services: Services,
  kinds: readonly RequestKind[],
  {
    requestId,
    verdict,
    conditions,
  }: { readonly requestId: string; readonly verdict: Verdict; readonly conditions: string },
  who: Who,
): Promise<Decided> {
  const stored = await findRequest(await services.register(), requestId);
  if (stored === null || !kinds.includes(stored.ask.kind)) {
    throw new Failure('unknown-request', `Nothing of that kind was asked for under ${requestId}.`, {
      hint: 'See "clearsite extensions list" and "clearsite exceptions list".',
    });
  }
  const request = { type: 'decide-request', requestId, verdict, conditions } as const;
  const answer = await act(services, stored.caseId, request, who);
  return { ...answer, requestId, verdict };
}
