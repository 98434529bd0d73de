import { Failure } from '../../domain/errors';
import { type Actor } from '../../domain/lifecycle';
import { theProgramme } from '../../register/current-policy';
import { whereaboutsOf } from '../../register/device-place';
import { type Services } from '../services';
import { resolveActor, type Who } from '../who';

/**
 * Who changes the inventory's records: ops, a programme manager or the SRO.
 * @throws Failure `unknown-device`, `unknown-contact`, `not-allowed` (exit 1)
 */
export async function programmeActor(services: Services, assetId: string, who: Who): Promise<Actor> {
  const pool = await services.register();
  const place = await whereaboutsOf(pool, assetId);
  const actor = await resolveActor(pool, who, place, await theProgramme(pool));
  if (actor.kind !== 'contact' || actor.roles.some((role) => role === 'programme-manager' || role === 'sro'))
    return actor;
  throw new Failure('not-allowed', 'Only a programme manager or the SRO may do this.', {
    exit: 1,
    hint: 'Leave out --as and CLEARSITE_ACTOR to do it as ops.',
  });
}
