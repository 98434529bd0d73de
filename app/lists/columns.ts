import { DateTime } from 'luxon';
import { type Instant, type IsoDate } from '../../domain/records';
import { STAGES } from '../../domain/vocabulary';
import { type MilestoneJson } from '../cases/case-json';
import { type CaseRow } from './cases';
import { type CsvColumn } from './csv';
import { type ListedDevice } from './devices';
import { type ListedSite } from './sites';

type DateMember = 'baseline' | 'due' | 'forecast' | 'actual';
const DATES: Readonly<Record<DateMember, string>> = {
  baseline: 'original',
  due: 'due',
  forecast: 'expected',
  actual: 'done',
};

function dateIn(zone: string): (instant: Instant | null) => IsoDate | null {
  return (instant) => (instant === null ? null : DateTime.fromISO(instant, { zone }).toISODate());
}

/** Columns of cases. Dates are days in the policy's zone. */
export function caseColumns(zone: string): CsvColumn<CaseRow>[] {
  const date = dateIn(zone);
  const milestones = STAGES.flatMap((stage) =>
    (Object.keys(DATES) as DateMember[]).map((member): CsvColumn<CaseRow> => {
      const of = (milestone: MilestoneJson | undefined) => milestone?.[member] ?? null;
      return {
        name: `${stage}_${DATES[member]}`,
        of: (row) => date(of(row.milestones.find((one) => one.stage === stage))),
      };
    }),
  );
  return [
    { name: 'case_id', of: (row) => row.caseId },
    { name: 'asset_id', of: (row) => row.assetId },
    { name: 'make', of: (row) => row.make },
    { name: 'model', of: (row) => row.model },
    { name: 'site_id', of: (row) => row.siteId },
    { name: 'site_name', of: (row) => row.siteName },
    { name: 'department_id', of: (row) => row.departmentId },
    { name: 'department_name', of: (row) => row.departmentName },
    { name: 'finding', of: (row) => row.finding },
    { name: 'status', of: (row) => row.status },
    { name: 'stage', of: (row) => row.stage },
    { name: 'outcome', of: (row) => row.outcome },
    { name: 'rag', of: (row) => row.rag },
    { name: 'next_action', of: (row) => row.nextAction },
    { name: 'due', of: (row) => date(row.due) },
    { name: 'rule', of: (row) => row.rule },
    { name: 'may_stay_until', of: (row) => date(row.exception?.until ?? null) },
    ...milestones,
  ];
}

/** Columns of devices: those of an import first, by its names, so that the file can be imported again. */
export const DEVICE_COLUMNS: readonly CsvColumn<ListedDevice>[] = [
  { name: 'asset_id', of: (row) => row.assetId },
  { name: 'make', of: (row) => row.make },
  { name: 'model', of: (row) => row.model },
  { name: 'serial', of: (row) => row.serial },
  { name: 'mac', of: (row) => row.mac },
  { name: 'ip', of: (row) => row.ip },
  { name: 'site_id', of: (row) => row.siteId },
  { name: 'device_type', of: (row) => row.deviceType },
  { name: 'network', of: (row) => row.network },
  { name: 'parent_asset_id', of: (row) => row.parentAssetId },
  { name: 'installed_on', of: (row) => row.installedOn },
  { name: 'scheduled_upgrade_on', of: (row) => row.scheduledUpgradeOn },
  { name: 'site_name', of: (row) => row.siteName },
  { name: 'department_id', of: (row) => row.departmentId },
  { name: 'department_name', of: (row) => row.departmentName },
  { name: 'screening', of: (row) => row.screening },
  { name: 'in_scope', of: (row) => (row.inScope ? 'yes' : 'no') },
];

/** Columns of sites: those of an import first. */
export function siteColumns(zone: string): CsvColumn<ListedSite>[] {
  const date = dateIn(zone);
  return [
    { name: 'site_id', of: (row) => row.siteId },
    { name: 'name', of: (row) => row.name },
    { name: 'department_id', of: (row) => row.departmentId },
    { name: 'nation', of: (row) => row.nation },
    { name: 'sensitivity', of: (row) => row.sensitivity },
    { name: 'controlled_by', of: (row) => row.controlledBy },
    { name: 'access_lead_days', of: (row) => row.accessLeadDays },
    { name: 'department_name', of: (row) => row.departmentName },
    { name: 'devices', of: (row) => row.devices },
    { name: 'open_cases', of: (row) => row.liveCases },
    { name: 'late_cases', of: (row) => row.lateCases },
    { name: 'due', of: (row) => date(row.due) },
  ];
}
