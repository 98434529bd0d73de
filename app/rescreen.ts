import { type Pool, type PoolClient } from 'pg';
import { SYSTEM } from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { findProgramme, policyOf } from '../register/current-policy';
import { withImportLock } from '../register/import-runs';
import {
  type ClosedCase,
  countToScreenAgain,
  logRescreening,
  type ScreeningCounts,
  screeningCounts,
  type UnfoundedCase,
  unfoundedCases,
} from '../register/rescreening';
import { LISTED, NOTHING, screenPages, type Tally } from './rescreen-pages';

export type { ClosedCase, ScreeningCounts, UnfoundedCase } from '../register/rescreening';

/** How far it has come. */
export type RescreenProgress =
  { readonly phase: 'waiting' } | { readonly phase: 'screening'; readonly devices: number; readonly total: number };

export type OnRescreened = (progress: RescreenProgress) => void;

/** What screening the register's devices by the policy in force came to; `rescreened` of `policy apply --json`. */
export interface Rescreening {
  /** Devices that another version had screened. */
  readonly devices: number;
  /** Of those: devices with another result, other reasons or another scope. */
  readonly changed: number;
  /** Of the whole register, at the beginning of this run. */
  readonly before: ScreeningCounts;
  readonly after: ScreeningCounts;
  /** Devices that a security officer had cleared; `lapsed`: the policy says something else of them now. */
  readonly clearances: { readonly standing: number; readonly lapsed: number };
  /** Cases that have been asked for, as `opening`. */
  readonly casesAskedFor: number;
  /** Devices that became flagged and whose last case was withdrawn: a person reopens it, or does not. At most 1,000. */
  readonly flaggedAgain: readonly ClosedCase[];
  readonly flaggedAgainOmitted: number;
  /** Live cases whose device is no longer on the list, or no longer in scope: a person decides each. At most 1,000. */
  readonly noLongerFlagged: readonly UnfoundedCase[];
  readonly noLongerFlaggedOmitted: number;
}

async function report(client: PoolClient, policy: Policy, before: ScreeningCounts, tally: Tally): Promise<Rescreening> {
  const { standing, lapsed, ...counts } = tally;
  const { listed, total } = await unfoundedCases(client, policy.id, LISTED);
  return {
    ...counts,
    before,
    after: tally.devices === 0 ? before : await screeningCounts(client),
    clearances: { standing, lapsed },
    noLongerFlagged: listed,
    noLongerFlaggedOmitted: total - listed.length,
  };
}

/**
 * Screens by the policy in force every device that another version screened, asks for the cases that are missing and says
 * what a person has to decide; no case is closed. A page is a transaction: interrupted, the next run goes on.
 * @param client holds the import lock
 * @param policy the one in force
 * @param actor contact id, `ops:<user>` or `system`
 */
export async function rescreen(
  client: PoolClient,
  policy: Policy,
  actor: string,
  onProgress: OnRescreened = () => undefined,
): Promise<Rescreening> {
  const total = await countToScreenAgain(client, policy.version);
  const before = await screeningCounts(client);
  if (total === 0) return report(client, policy, before, NOTHING);
  const onPage = (devices: number): void => onProgress({ phase: 'screening', devices, total });
  const result = await report(client, policy, before, await screenPages(client, policy, onPage));
  const { noLongerFlagged: _, flaggedAgain: __, ...figures } = result;
  await logRescreening(client, actor, policy.id, { version: policy.version, ...figures });
  return result;
}

/** The policy by which devices are still to be screened; null where none is. */
async function policyToFinish(db: Pool | PoolClient): Promise<Policy | null> {
  const programme = await findProgramme(db);
  if (programme === null || (await countToScreenAgain(db, programme.policyVersion)) === 0) return null;
  return policyOf(db, programme.programmeId);
}

/**
 * Finishes what an interrupted `policy apply` left to be screened. Costs a count where there is nothing.
 * @param client holds the import lock
 * @returns null where nothing was left
 */
export async function finishRescreening(client: PoolClient, onProgress?: OnRescreened): Promise<Rescreening | null> {
  const policy = await policyToFinish(client);
  return policy === null ? null : rescreen(client, policy, SYSTEM.id, onProgress);
}

/** As {@link finishRescreening}, taking the import lock where something is left. */
export async function finishRescreeningLocked(pool: Pool, onProgress: OnRescreened): Promise<Rescreening | null> {
  if ((await policyToFinish(pool)) === null) return null;
  const waiting = (): void => onProgress({ phase: 'waiting' });
  return withImportLock(pool, waiting, (client) => finishRescreening(client, onProgress));
}
