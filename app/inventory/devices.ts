import { Failure } from '../../domain/errors';
import {
  countDevices,
  type DeviceDetail,
  type DeviceFilter,
  type DeviceRow,
  findDevice,
  listDevices,
} from '../../register/devices';
import { type Services } from '../services';
import { checkFilter, type Listed, pageOf, type PageQuery } from './pages';

/** Devices by asset id. @throws Failure `unknown-department`, `unknown-site` */
export async function findDevices(
  services: Services,
  filter: DeviceFilter,
  page: PageQuery,
): Promise<Listed<DeviceRow>> {
  const pool = await services.register();
  await checkFilter(pool, filter);
  return pageOf(
    page,
    (wanted) => listDevices(pool, filter, wanted),
    () => countDevices(pool, filter),
    ({ assetId }) => assetId,
  );
}

/** @throws Failure `unknown-device` */
export async function showDevice(services: Services, assetId: string): Promise<DeviceDetail> {
  const device = await findDevice(await services.register(), assetId);
  if (device !== null) return device;
  throw new Failure('unknown-device', `There is no device "${assetId}".`, {
    hint: 'See "clearsite devices list --search TEXT".',
  });
}
