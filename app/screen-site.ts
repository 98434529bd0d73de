import { type Policy } from '../domain/policy/policy';
import { type Sensitivity } from '../domain/vocabulary';
import { policyOf, theProgramme } from '../register/current-policy';
import { siteSensitivity } from '../register/site-class';
import { type Services } from './services';

/** What the register knows for screening a device that is meant for one of its sites. */
export interface SiteRules {
  readonly sensitivity: Sensitivity;
  readonly policy: Policy;
}

/**
 * The class of a site, and the policy to screen by.
 * @param policy null = the one applied
 * @throws Failure `unknown-site`; `no-policy` where none is given and none applied
 */
export async function rulesForSite(services: Services, siteId: string, policy: Policy | null): Promise<SiteRules> {
  const pool = await services.register();
  const sensitivity = await siteSensitivity(pool, siteId);
  return { sensitivity, policy: policy ?? (await policyOf(pool, (await theProgramme(pool)).programmeId)) };
}
