import { type Scope } from '../../domain/access/permissions';
import { type Services } from '../services';
import {
  countListedDevices,
  type DeviceListFilter,
  type DeviceSort,
  everyDevice,
  type ListedDevice,
  sliceOfDevices,
} from '../../register/lists/devices';
import { type Sorting } from '../../register/lists/order';
import { paged, type Paged } from './paged';
import { remembered } from './remembered';

export { DEVICE_SORTS, type DeviceSort, type ListedDevice } from '../../register/lists/devices';

/** What a list of devices is asked for. */
export interface DeviceListQuery {
  readonly filter: Omit<DeviceListFilter, 'scope'>;
  readonly sorting: Sorting<DeviceSort>;
}

/** A page of the devices that somebody may see. @param page from 1; beyond the end it is the last one */
export async function devicePage(
  services: Services,
  scope: Scope,
  query: DeviceListQuery,
  page: number,
): Promise<Paged<ListedDevice>> {
  const pool = await services.register();
  const filter = { ...query.filter, scope };
  const total = await remembered(pool, `devices ${JSON.stringify(filter)}`, () => countListedDevices(pool, filter));
  return paged(page, total, (slice) => sliceOfDevices(pool, filter, query.sorting, slice));
}

/** All devices that a query asks for, in its order, handed over some at a time as they are at one instant. */
export async function everyDeviceRow(
  services: Services,
  scope: Scope,
  { filter, sorting }: DeviceListQuery,
  onRows: (rows: readonly ListedDevice[]) => Promise<void>,
): Promise<void> {
  await everyDevice(await services.register(), { ...filter, scope }, sorting, onRows);
}
