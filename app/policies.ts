import { affectsScreening, diffPolicies, type PolicyChange } from '../domain/policy/diff';
import { type Policy } from '../domain/policy/policy';
import { policyOf, theProgramme } from '../register/current-policy';
import { applyPolicy } from '../register/policies';
import { policyDigest, readPolicyFile } from './policy-file';
import { type Services } from './services';
import { actorName, type Who } from './who';

export interface AppliedFile {
  readonly programmeId: string;
  readonly version: string;
  readonly digest: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Against the policy that ruled before. */
  readonly changes: readonly PolicyChange[];
  /**
   * True where devices that are already in the register may be judged differently. They keep the result of the version
   * that screened them (`devices.policy_version`) until they are screened again, which is the caller's to start.
   */
  readonly rescreen: boolean;
}

/** Applies a policy file to the register. @throws Failure of reading and of applying */
export async function applyPolicyFile(services: Services, who: Who, path: string): Promise<AppliedFile> {
  const policy = await readPolicyFile(path);
  const digest = policyDigest(policy);
  const pool = await services.register();
  const { outcome, previous } = await applyPolicy(pool, policy, digest, await actorName(pool, who));
  const changes = previous === null ? [] : diffPolicies(previous, policy);
  return {
    programmeId: policy.id,
    version: policy.version,
    digest,
    outcome,
    changes,
    rescreen: affectsScreening(changes),
  };
}

/** The policy that rules the register. @throws Failure `no-policy` */
export async function rulingPolicy(services: Services): Promise<Policy> {
  const pool = await services.register();
  return policyOf(pool, (await theProgramme(pool)).programmeId);
}
