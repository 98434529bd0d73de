import { type Pool } from 'pg';
import { type Scope } from '../../domain/access/permissions';
import { type Network, type ScreeningResult } from '../../domain/vocabulary';
import { DEVICE_COLUMNS, type DeviceRow } from '../devices';
import { everyRow } from './everything';
import { orderBy, type Orders, type Slice, type Sorting } from './order';
import { withinScope } from './scope';
import { containing } from './search';
import { read } from '../read';

/** What a list is narrowed to; an absent member narrows nothing. Records merged into others are in none. */
export interface DeviceListFilter {
  readonly scope: Scope;
  readonly departmentId?: string;
  readonly siteId?: string;
  readonly screening?: ScreeningResult;
  /** Whether the policy speaks of it, by its type and its site's class. */
  readonly within?: 'in' | 'out';
  readonly deviceType?: string;
  readonly network?: Network;
  /** Part of asset id, make, model, serial, MAC or IP; case does not count. */
  readonly search?: string;
}

/** A device with the names of where it is. */
export interface ListedDevice extends DeviceRow {
  readonly siteName: string;
  readonly departmentName: string;
}

export const DEVICE_SORTS = ['asset', 'make', 'type', 'site', 'department', 'network', 'screening'] as const;
export type DeviceSort = (typeof DEVICE_SORTS)[number];

const ORDERS: Orders<DeviceSort> = {
  by: {
    asset: [],
    make: [`coalesce(d.make, '')`, `coalesce(d.model, '')`],
    type: [`coalesce(d.device_type, '')`],
    site: ['s.name', 'd.site_id'],
    department: ['p.name', 's.department_id'],
    network: ['d.network'],
    screening: [`array_position(ARRAY['covered', 'suspect', 'unknown-make', 'clear'], d.screening)`],
  },
  unique: 'd.asset_id',
};

function conditions({
  scope,
  departmentId,
  siteId,
  screening,
  within,
  deviceType,
  network,
  search,
}: DeviceListFilter): { readonly where: string; readonly values: unknown[]; readonly places: 'asked' | 'any' } {
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const like = search === undefined ? '' : add(containing(search));
  const searched = ['asset_id', 'make', 'model', 'serial', 'mac', 'ip'].map((column) => `d.${column} ILIKE ${like}`);
  const parts = [
    'd.merged_into IS NULL',
    ...(departmentId === undefined ? [] : [`s.department_id = ${add(departmentId)}`]),
    ...(siteId === undefined ? [] : [`d.site_id = ${add(siteId)}`]),
    ...(screening === undefined ? [] : [`d.screening = ${add(screening)}`]),
    ...(within === undefined ? [] : [`d.in_scope = ${add(within === 'in')}`]),
    ...(deviceType === undefined ? [] : [`lower(d.device_type) = lower(${add(deviceType)})`]),
    ...(network === undefined ? [] : [`d.network = ${add(network)}`]),
    ...(search === undefined ? [] : [`(${searched.join(' OR ')})`]),
    withinScope(scope, { department: 's.department_id', site: 'd.site_id' }, add),
  ];
  const places = scope.everything && departmentId === undefined ? 'any' : 'asked';
  return { where: parts.join(' AND '), values, places };
}

/** What the rows of an order, or of a filter, are joined with: no more than is asked, since a join reads every device's site. */
function joins(places: 'asked' | 'any', column: DeviceSort | null): string {
  if (column === 'department') return 'JOIN sites s USING (site_id) JOIN departments p USING (department_id)';
  return places === 'asked' || column === 'site' ? 'JOIN sites s USING (site_id)' : '';
}

const NAMED = `
  SELECT ${DEVICE_COLUMNS}, s.name AS "siteName", p.name AS "departmentName"
  FROM devices d JOIN sites s USING (site_id) JOIN departments p USING (department_id)`;

/** A slice of the devices that a filter lets through. */
export async function sliceOfDevices(
  pool: Pool,
  filter: DeviceListFilter,
  sorting: Sorting<DeviceSort>,
  { offset, limit }: Slice,
): Promise<readonly ListedDevice[]> {
  const { where, values, places } = conditions(filter);
  const order = orderBy(ORDERS, sorting);
  const slice = `OFFSET $${values.push(offset)} LIMIT $${values.push(limit)}`;
  const rows = await read<ListedDevice>(
    pool,
    `WITH page AS MATERIALIZED (SELECT d.asset_id FROM devices d ${joins(places, sorting.column)} WHERE ${where} ${order} ${slice})
     ${NAMED} WHERE d.asset_id IN (SELECT asset_id FROM page) ${order}`,
    values,
  );
  return rows;
}

/** How many devices a filter lets through. */
export async function countListedDevices(pool: Pool, filter: DeviceListFilter): Promise<number> {
  const { where, values, places } = conditions(filter);
  const rows = await read<{ total: number }>(
    pool,
    `SELECT count(*)::int AS total FROM devices d ${joins(places, null)} WHERE ${where}`,
    values,
  );
  return rows[0]?.total ?? 0;
}

/** All devices that a filter lets through, some at a time; see {@link everyRow}. */
export function everyDevice(
  pool: Pool,
  filter: DeviceListFilter,
  sorting: Sorting<DeviceSort>,
  onDevices: (devices: readonly ListedDevice[]) => Promise<void>,
): Promise<void> {
  const { where, values } = conditions(filter);
  return everyRow(pool, `${NAMED} WHERE ${where} ${orderBy(ORDERS, sorting)}`, values, onDevices);
}
