import { burnDown, type BurnDown } from '../../domain/figures/burn-down';
import { type Instant } from '../../domain/records';
import {
  openingCount,
  type ScreenedDevices,
  screenedDevices,
  type WaitingDecisions,
  waitingDecisions,
} from '../../register/figures/read';
import { remembered } from '../lists/remembered';
import { type Services } from '../services';
import { report, type Report, type ReportQuery } from './report';

/** Everything that the dashboard shows. */
export interface Dashboard extends Report {
  /** When the figures were taken: for those of now. */
  readonly takenAt: Instant;
  readonly burnDown: BurnDown;
  /** As it is now, whatever date the figures are of. */
  readonly decisions: readonly WaitingDecisions[];
  /** As it is now: what lists said on a past date is not kept. */
  readonly screened: readonly ScreenedDevices[];
  /** Devices whose case is asked for and not open yet; at most 1,000. */
  readonly opening: number;
}

async function drawUp(services: Services, query: DashboardQuery, now: Instant): Promise<Dashboard> {
  const { departments } = query;
  const found = await report(services, { ...query, since: null }, now);
  const pool = await services.register();
  const { changes, baseline, forecast } = found.figures;
  return {
    ...found,
    takenAt: now,
    burnDown: burnDown({ today: found.asOf.date, changes, baseline, forecast }),
    decisions: await waitingDecisions(pool, found.programmeId, departments),
    screened: await screenedDevices(pool, departments),
    opening: await openingCount(pool, departments),
  };
}

export type DashboardQuery = Omit<ReportQuery, 'since'>;

/** The dashboard of a programme, or of some departments; may be two seconds old. @throws Failure as {@link report} */
export async function dashboard(services: Services, query: DashboardQuery, now: Instant): Promise<Dashboard> {
  const pool = await services.register();
  const { asOf, departments } = query;
  return remembered(pool, `dashboard ${JSON.stringify([asOf, departments])}`, () => drawUp(services, query, now));
}
