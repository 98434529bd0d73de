import { mergePlans } from '../../domain/deadlines/merge-plans';
import { Failure } from '../../domain/errors';
import { type Actor, type Plan, SYSTEM } from '../../domain/lifecycle';
import { planOf } from '../../register/case-detail';
import { casesCalled } from '../../register/cases';
import { noteMerge, type UnfinishedMerge, unfinishedMerges } from '../../register/merges';
import { sendCommand } from '../act';
import { openCase, untilOpen } from '../cases/reopen';
import { type Services } from '../services';
import { type Who } from '../who';
import { programmeActor } from './actor';

/** Two records of one device. */
export interface MergeRequest {
  readonly keep: string;
  readonly duplicate: string;
  readonly reason: string;
}

export interface MergeAnswer {
  readonly keep: string;
  readonly duplicate: string;
  /** The case that goes on; null where neither device has one. */
  readonly caseId: string | null;
  /** The duplicate's case that was closed; null where it had none. */
  readonly closedCaseId: string | null;
  /** Stages that the duplicate's case brought forward. */
  readonly earlier: readonly string[];
}

/** How often the kept case's plan is computed anew after somebody else was faster. */
const ATTEMPTS = 4;

interface Absorbed {
  readonly earlier: readonly string[];
}

/** Tells the kept case what it takes in, with the earlier date of each stage. */
async function absorb(services: Services, merge: UnfinishedMerge, keptCaseId: string, actor: Actor): Promise<Absorbed> {
  const pool = await services.register();
  const client = await services.temporal();
  const { duplicate, duplicateCaseId } = merge;
  const other = await planOf(pool, duplicateCaseId);
  for (let attempt = 1; ; attempt += 1) {
    const [kept] = await casesCalled(pool, keptCaseId);
    const current: Plan | null = await planOf(pool, keptCaseId);
    if (kept === undefined || kept.status === 'closed') return { earlier: [] };
    const plan = current === null ? null : mergePlans(current, other);
    try {
      await sendCommand(client, keptCaseId, {
        type: 'absorb',
        caseId: duplicateCaseId,
        assetId: duplicate,
        plan,
        commandId: `merge/${duplicateCaseId}`,
        actor,
        expectedRevision: kept.revision,
      });
      const before = new Map(current?.milestones.map(({ stage, due }) => [stage, due]));
      const earlier = plan?.milestones.filter(({ stage, due }) => before.get(stage) !== due).map(({ stage }) => stage);
      return { earlier: earlier ?? [] };
    } catch (error) {
      const stale = error instanceof Failure && error.code === 'stale-revision';
      if (!stale || attempt === ATTEMPTS) throw error;
    }
  }
}

async function waitOpen(services: Services, caseId: string, status: UnfinishedMerge['keptStatus']): Promise<void> {
  if (status !== 'opening') return;
  await openCase(services, caseId);
  await untilOpen(services, caseId, 'open');
}

/** Closes the duplicate's case. Somebody else may finish the same merge meanwhile: closed is closed. */
async function closeDuplicate(services: Services, merge: UnfinishedMerge, actor: Actor): Promise<void> {
  const { keep, keptCaseId, duplicateCaseId, reason } = merge;
  const pool = await services.register();
  const [duplicate] = await casesCalled(pool, duplicateCaseId);
  await waitOpen(services, duplicateCaseId, duplicate?.status ?? null);
  try {
    await sendCommand(await services.temporal(), duplicateCaseId, {
      type: 'withdraw',
      outcome: 'duplicate',
      reason: `The same device as ${keep}${reason === '' ? '' : `: ${reason}`}`,
      ...(keptCaseId === null ? {} : { keptCaseId }),
      commandId: `merged/${duplicateCaseId}`,
      actor,
      expectedRevision: null,
    });
  } catch (error) {
    const [now] = await casesCalled(pool, duplicateCaseId);
    if (!(error instanceof Failure) || now?.status !== 'closed') throw error;
  }
}

/**
 * Ends the duplicate's case in the kept one's: the kept case first takes in the earlier dates, then the duplicate's is
 * closed. Each step may be repeated, so it can be taken up wherever it stopped.
 */
async function finish(services: Services, merge: UnfinishedMerge, actor: Actor): Promise<Absorbed> {
  const { keptCaseId, keptStatus } = merge;
  if (keptCaseId !== null) await waitOpen(services, keptCaseId, keptStatus);
  const absorbed = keptCaseId === null ? { earlier: [] } : await absorb(services, merge, keptCaseId, actor);
  await closeDuplicate(services, merge, actor);
  return absorbed;
}

/**
 * Finishes merges that were noted and then interrupted; called by `reconcile`.
 * @returns the asset ids of the duplicates
 */
export async function finishMerges(services: Services): Promise<string[]> {
  const merges = await unfinishedMerges(await services.register(), null);
  for (const merge of merges) await finish(services, merge, SYSTEM);
  return merges.map(({ duplicate }) => duplicate);
}

/**
 * Makes two records one: both histories stay, one case goes on, and each stage is due at the earlier of the two dates.
 * Repeating it finishes what was interrupted.
 * @throws Failure `unknown-device`, `merged-before`, `progress-on-duplicate`, `same-device`, `reason-needed`, `not-allowed`
 */
export async function mergeDevices(services: Services, request: MergeRequest, who: Who): Promise<MergeAnswer> {
  const { keep, duplicate } = request;
  const reason = request.reason.trim();
  if (keep === duplicate) throw new Failure('same-device', `${keep} cannot be merged into itself.`);
  if (reason === '') throw new Failure('reason-needed', 'Say how you know that both are one device.');
  const actor = await programmeActor(services, keep, who);
  await services.temporal();
  const pool = await services.register();
  await noteMerge(pool, { keep, duplicate, actor: actor.id, reason });
  const [merge] = await unfinishedMerges(pool, duplicate);
  const absorbed = merge === undefined ? { earlier: [] } : await finish(services, merge, actor);
  const [last] = await casesCalled(pool, keep);
  return {
    keep,
    duplicate,
    caseId: merge?.keptCaseId ?? last?.caseId ?? null,
    closedCaseId: merge?.duplicateCaseId ?? null,
    earlier: absorbed.earlier,
  };
}
