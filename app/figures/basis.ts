import { type Pool } from 'pg';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { policyOf, type Programme, theProgramme } from '../../register/current-policy';
import { foldFigures, programmeMadeOn } from '../../register/figures/fold';
import { type Services } from '../services';
import { type MomentBasis } from './moments';

/** What figures are drawn up from. */
export interface FiguresBasis extends MomentBasis {
  readonly pool: Pool;
  readonly programme: Programme;
  readonly policy: Policy;
}

/** Brings the figures up to date, and finds what they are judged by. @throws Failure `no-policy` */
export async function figuresBasis(services: Services, now: Instant): Promise<FiguresBasis> {
  const pool = await services.register();
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  await foldFigures(pool);
  const madeOn = await programmeMadeOn(pool, programme.programmeId, policy.zone);
  return { pool, programme, policy, now, zone: policy.zone, madeOn };
}
