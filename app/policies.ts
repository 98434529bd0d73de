import { affectsDates, affectsScreening, diffPolicies, type PolicyChange } from '../domain/policy/diff';
import { type Policy } from '../domain/policy/policy';
import { withClient } from '../register/borrowed';
import { findProgramme, policyOf, theProgramme } from '../register/current-policy';
import { markAll } from '../register/replanning';
import { applyPolicy, tryPolicy } from '../register/policies';
import { withImportLock } from '../register/import-runs';
import { explainLoss } from './import/lost-register';
import { policyDigest, readPolicyFile } from './policy-file';
import { type DatesPreview, previewDates } from './replan-preview';
import { type OnRescreened, rescreen, type Rescreening } from './rescreen';
import { type Services } from './services';
import { actorName, type Who } from './who';

export interface AppliedFile {
  readonly programmeId: string;
  readonly version: string;
  readonly digest: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Against the policy that ruled before. */
  readonly changes: readonly PolicyChange[];
  /** True where the changes may judge devices differently. Every device is screened again whether they do or not. */
  readonly rescreen: boolean;
  /** What became of the devices in the register. */
  readonly rescreened: Rescreening;
  /** Cases whose dates are computed anew. */
  readonly casesReplanning: number;
}

/**
 * Makes a policy file the one in force and screens the register's devices by it, while no import runs. Interrupted in
 * between, applying the same file again goes on, as do `reconcile` and the next import. Asks for cases but starts no workflow.
 * @throws Failure of reading and of applying; (exit 3) `register-lost`
 */
export async function applyPolicyFile(
  services: Pick<Services, 'register'>,
  who: Who,
  path: string,
  onProgress: OnRescreened = () => undefined,
): Promise<AppliedFile> {
  const policy = await readPolicyFile(path);
  const digest = policyDigest(policy);
  const pool = await services.register();
  const actor = await actorName(pool, who);
  const waiting = (): void => onProgress({ phase: 'waiting' });
  try {
    return await withImportLock(pool, waiting, async (client) => {
      const { outcome, previous } = await applyPolicy(client, policy, digest, actor);
      const changes = previous === null ? [] : diffPolicies(previous, policy);
      const by = { actor, authority: null };
      const casesReplanning = affectsDates(changes) ? await markAll(client, by) : 0;
      const rescreened = await rescreen(client, policy, actor, onProgress);
      return {
        programmeId: policy.id,
        version: policy.version,
        digest,
        outcome,
        changes,
        rescreen: affectsScreening(changes),
        rescreened,
        casesReplanning,
      };
    });
  } catch (error) {
    throw explainLoss(error, LOST);
  }
}

/** What applying a file would do to dates. */
export interface TriedFile extends Pick<
  AppliedFile,
  'programmeId' | 'version' | 'digest' | 'outcome' | 'changes' | 'rescreen'
> {
  readonly dryRun: true;
  /** Null where the changes move no date. */
  readonly dates: DatesPreview | null;
}

/**
 * Says what {@link applyPolicyFile} would change and which dates would move, and changes nothing. Devices are not screened
 * for it.
 * @throws Failure of reading and of applying; `beyond-calendar`
 */
export async function tryPolicyFile(services: Pick<Services, 'register'>, who: Who, path: string): Promise<TriedFile> {
  const policy = await readPolicyFile(path);
  const digest = policyDigest(policy);
  const pool = await services.register();
  const actor = await actorName(pool, who);
  const { outcome, previous } = await withClient(pool, (client) => tryPolicy(client, policy, digest, actor));
  const changes = previous === null ? [] : diffPolicies(previous, policy);
  const programme = await findProgramme(pool);
  const dates =
    programme !== null && affectsDates(changes)
      ? await previewDates(pool, { of: 'planned', programmeId: programme.programmeId }, { policy, programme })
      : null;
  const { id: programmeId, version } = policy;
  return { programmeId, version, digest, dryRun: true, outcome, changes, rescreen: affectsScreening(changes), dates };
}

const LOST = {
  during: 'while the policy was applied',
  hint: 'Start it again and apply the same file again: devices that have been screened by then stay as they are, and the rest follow.',
};

/** The policy that rules the register. @throws Failure `no-policy` */
export async function rulingPolicy(services: Services): Promise<Policy> {
  const pool = await services.register();
  return policyOf(pool, (await theProgramme(pool)).programmeId);
}
