import { DEFAULT_ZONE } from '../../domain/policy/defaults';
import { type Instant } from '../../domain/records';
import { findProgramme, policyOf } from '../../register/current-policy';
import { type Services } from '../services';

const KEPT_FOR = 60_000;
const kept = new WeakMap<Services, { readonly zone: string; readonly until: number }>();

/** The policy's zone, by which working days end; before a policy has been applied, London's. */
export async function zoneOf(services: Services, now: Instant): Promise<string> {
  const at = Date.parse(now);
  const known = kept.get(services);
  if (known !== undefined && at < known.until) return known.zone;
  const pool = await services.register();
  const programme = await findProgramme(pool);
  const zone = programme === null ? DEFAULT_ZONE : (await policyOf(pool, programme.programmeId)).zone;
  kept.set(services, { zone, until: at + KEPT_FOR });
  return zone;
}
