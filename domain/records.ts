import { type Nation, type Network, type Role, type Sensitivity } from './vocabulary';

/** A calendar date, `YYYY-MM-DD`, no zone. */
export type IsoDate = string;
/** A moment, ISO 8601 in UTC with milliseconds: `2026-11-23T08:00:00.000Z`. */
export type Instant = string;

/** A device as an inventory states it, after parsing and normalising; null = the inventory does not say. */
export interface DeviceRecord {
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  /** Lower-case, colon-separated: `44:19:b6:00:00:01`. */
  readonly mac: string | null;
  readonly ip: string | null;
  readonly siteId: string;
  readonly deviceType: string | null;
  readonly network: Network;
  readonly parentAssetId: string | null;
  readonly installedOn: IsoDate | null;
  readonly scheduledUpgradeOn: IsoDate | null;
}

export interface SiteRecord {
  readonly siteId: string;
  readonly name: string;
  readonly departmentId: string;
  readonly departmentName: string | null;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity;
  /** Who controls the building, e.g. `department` or `landlord`; null = not said. */
  readonly controlledBy: string | null;
  /** Days of notice that access to the site needs; null = not said. */
  readonly accessLeadDays: number | null;
}

export interface ContactRecord {
  /** Null = programme-wide (programme manager, SRO). */
  readonly departmentId: string | null;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  /** Null = every site of the department. */
  readonly siteId: string | null;
  readonly nation: Nation | null;
  readonly deputyEmail: string | null;
  readonly awayFrom: IsoDate | null;
  readonly awayTo: IsoDate | null;
}
