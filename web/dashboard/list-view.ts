import { type Behind, type BehindFigure } from '../../app/figures/behind';
import { momentWords } from '../../app/figures/report';
import { FLOW_SHOWN } from '../../domain/figures/balance';
import { clockTime, shortDate } from '../../domain/dates-for-people';
import { type Instant } from '../../domain/records';
import { STAGE_SHOWN } from '../../domain/wording';
import { type Whose } from './whose';

function heading(behind: Behind): string {
  if (behind.figure !== 'remaining') return FLOW_SHOWN[behind.figure];
  const sort =
    behind.mustGo === null ? '' : behind.mustGo ? ' that must be removed' : ' that are still to be looked at';
  return behind.stage === null ? `Devices that remained${sort}` : `${STAGE_SHOWN[behind.stage]}: devices${sort}`;
}

/** What the list behind a figure shows. Of a device that another department has now, its former one learns no more. */
export function behindView(
  { cases, since, asOf, zone }: BehindFigure,
  behind: Behind,
  { departments }: Whose,
  now: Instant,
) {
  const to = momentWords(asOf, now, zone);
  const moment = (at: Instant): string => `${shortDate(at, now, zone)}, ${clockTime(at, zone)}`;
  return {
    title: heading(behind),
    when: since === null ? `As it was known at ${to}.` : `Between ${momentWords(since, now, zone)} and ${to}.`,
    dated: since !== null,
    rows: cases.map((row) => {
      const gone = departments !== null && !departments.includes(row.currentDepartmentId);
      return {
        assetId: row.assetId,
        href: gone ? null : `/cases/${row.caseId}`,
        department: row.departmentName,
        site: gone ? 'With another department now' : row.siteName,
        stage: gone ? '' : STAGE_SHOWN[row.stage],
        sort: row.mustGo ? 'Must be removed' : 'To be looked at',
        at: row.at === null ? '' : moment(row.at),
        recordedAt: moment(row.recordedAt),
      };
    }),
  };
}
