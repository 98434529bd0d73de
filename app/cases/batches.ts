import { may, NEEDED, type Scope, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { ACTION_OF, turnOf } from '../../domain/case-actions';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { addBatch, type CaseBatch, findBatch, keepResults, settleInput } from '../../register/case-batches';
import { type CaseRow, chosenCases } from '../lists/cases';
import { type Services } from '../services';
import { actOnMany, type ManyInput, type ManyItem, type ManyResult, MOST_AT_A_TIME } from './act-on-many';

/** What can be done to a selection; everything else needs a look at each case. */
export const BATCH_ACTIONS = [
  'record-assessment',
  'confirm-disconnection',
  'schedule-replacement',
  'confirm-removal',
  'acknowledge',
  'reassign',
] as const;
export type BatchAction = (typeof BATCH_ACTIONS)[number];
export type BatchInput = Extract<ManyInput, { action: BatchAction }>;

/** Why a chosen case is left out, before anything is sent. */
export type LeftOut = 'not-yours' | 'not-open' | 'not-its-turn';

/** A chosen case, and whether the action can be asked of it as it stands. */
export interface BatchItem {
  readonly row: CaseRow;
  /** Null = it takes part. */
  readonly leftOut: LeftOut | null;
}

/** A selection with what is to be done, for whoever made it. */
export interface ShownBatch {
  readonly batchId: string;
  readonly action: BatchAction;
  /** By asset id; cases that this person may not see any more are not among them. */
  readonly items: readonly BatchItem[];
  /** Null until it is confirmed. */
  readonly input: BatchInput | null;
  /** Null until each case has answered. */
  readonly results: readonly ManyResult[] | null;
}

function leftOut(row: CaseRow, action: BatchAction, viewer: Viewer): LeftOut | null {
  const { departmentId, siteId, status } = row;
  if (!may(viewer, NEEDED[action], { departmentId, siteId })) return 'not-yours';
  if (status !== 'open') return 'not-open';
  if (action === 'acknowledge' || action === 'reassign') return null;
  return turnOf(row).some((stage) => ACTION_OF[stage] === action) ? null : 'not-its-turn';
}

function sees(viewer: Viewer): Scope {
  return scopeOf(viewer, 'see-cases');
}

/**
 * Keeps a selection of cases, as they stand now, for an action that its maker is about to confirm.
 * @returns its id
 * @throws Failure `none-chosen`, `too-many`
 */
export async function chooseCases(
  services: Services,
  viewer: Viewer,
  action: BatchAction,
  caseIds: readonly string[],
  now: Instant,
): Promise<string> {
  const wanted = [...new Set(caseIds)];
  if (wanted.length > MOST_AT_A_TIME)
    throw new Failure('too-many', `${wanted.length} are too many at a time: choose at most ${MOST_AT_A_TIME}.`);
  const rows = await chosenCases(services, sees(viewer), wanted, now);
  if (rows.length === 0) throw new Failure('none-chosen', 'Choose at least one device.');
  const items = rows.map(({ caseId, revision }) => ({ caseId, expectedRevision: revision }));
  return addBatch(await services.register(), { viewer: viewer.id, action, items });
}

async function own(services: Services, viewer: Viewer, batchId: string): Promise<CaseBatch> {
  const batch = await findBatch(await services.register(), batchId, viewer.id);
  if (batch !== null) return batch;
  throw new Failure('unknown-batch', 'There is no such selection.');
}

/** A selection of this person's. @throws Failure `unknown-batch` */
export async function showBatch(
  services: Services,
  viewer: Viewer,
  batchId: string,
  now: Instant,
): Promise<ShownBatch> {
  const { action, items, input, results } = await own(services, viewer, batchId);
  const ids = items.map(({ caseId }) => caseId);
  const rows = await chosenCases(services, sees(viewer), ids, now);
  return {
    batchId,
    action: action as BatchAction,
    items: rows.map((row) => ({ row, leftOut: leftOut(row, action as BatchAction, viewer) })),
    input: input as BatchInput | null,
    results: results as readonly ManyResult[] | null,
  };
}

/** True where every case has said yes or no; what is unclear is asked again when the page is sent again. */
export function settled(results: ShownBatch['results']): boolean {
  return results !== null && results.every(({ outcome }) => outcome !== 'unclear');
}

/**
 * Does what is asked to each case of a selection that this person may do it to, as it stood when it was chosen. The first
 * word on what is asked stands: sent again, even with other words, it goes on with that and repeats nothing.
 * @param onError told of errors that are nobody's input
 * @throws Failure `unknown-batch`
 */
export async function runBatch(
  services: Services,
  viewer: Viewer,
  batchId: string,
  asked: BatchInput,
  now: Instant,
  onError: (error: unknown) => void,
): Promise<void> {
  const batch = await own(services, viewer, batchId);
  if (settled(batch.results as ShownBatch['results'])) return;
  const pool = await services.register();
  const input = (await settleInput(pool, batchId, asked)) as BatchInput;
  const rows = await chosenCases(
    services,
    sees(viewer),
    batch.items.map(({ caseId }) => caseId),
    now,
  );
  const mine = new Set(
    rows
      .filter((row) => may(viewer, NEEDED[input.action], { departmentId: row.departmentId, siteId: row.siteId }))
      .map(({ caseId }) => caseId),
  );
  const items: ManyItem[] = batch.items.filter(({ caseId }) => mine.has(caseId));
  const results = await actOnMany(services, { as: null, typist: viewer.email }, items, input, { batchId, onError });
  await keepResults(pool, batchId, results);
}
