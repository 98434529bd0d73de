import { findProgramme, policyOf } from '../../register/current-policy';
import { type Services } from '../services';

/** In which dates are days before a policy says so. */
export const HOME_ZONE = 'Europe/London';

/** The zone in which the programme's dates are days. */
export async function programmeZone(services: Services): Promise<string> {
  const pool = await services.register();
  const programme = await findProgramme(pool);
  return programme === null ? HOME_ZONE : (await policyOf(pool, programme.programmeId)).zone;
}
