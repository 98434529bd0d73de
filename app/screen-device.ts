import { DateTime } from 'luxon';
import { type Policy } from '../domain/policy/policy';
import { createScreener } from '../domain/screening/screener';
import { type ScreenedDevice, type Screening } from '../domain/screening/screening';
import { ieeeRegistry } from './oui-registry';

/**
 * Screens a device that is to be installed, by a policy at hand. Needs no service.
 * @param now decides whether the ban on new deployments is in force, by the policy's zone
 */
export function screenDevice(policy: Policy, device: ScreenedDevice, now: Date): Screening {
  const on = DateTime.fromJSDate(now, { zone: policy.zone }).toISODate();
  return createScreener(policy, ieeeRegistry, on === null ? {} : { on })(device);
}
