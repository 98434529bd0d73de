import { type DeviceRecord } from '../records';
import { type Decision, type ScreeningResult, type Sensitivity, type Strength } from '../vocabulary';

/** What screening looks at. */
export interface ScreenedDevice extends Pick<DeviceRecord, 'make' | 'model' | 'mac' | 'deviceType'> {
  /** Class of the site that it is on or is meant for; left out or null = no site in question. */
  readonly sensitivity?: Sensitivity | null;
}

/** The rules that can fire; each is described where the screener applies it. */
export const RULES = [
  'make-listed',
  'make-names-listed',
  'make-misspelt',
  'make-rebrand',
  'mac-organisation',
  'model-names-listed',
  'model-rebrand',
  'model-pattern',
  'make-accessory',
  'make-unknown',
  'make-not-listed',
  'device-type-out-of-scope',
  'site-out-of-scope',
  'before-cease-date',
] as const;
export type Rule = (typeof RULES)[number];

/** One rule that fired and what it says, in a sentence for people. */
export interface Reason {
  readonly rule: Rule;
  readonly strength: Strength;
  readonly text: string;
  /** The policy row's source with its date and confidence, or what was read. */
  readonly source: string;
}

/** Frozen, and the same object for every device that reads alike: a caller may key a WeakMap on it. */
export interface Screening {
  readonly result: ScreeningResult;
  /** The deployment gate's answer to "may we install this?". */
  readonly decision: Decision;
  /** By the device's type alone. An unstated or unrecognised type is in scope. */
  readonly typeInScope: boolean;
  /** By type and, where a site is in question, by its class. */
  readonly inScope: boolean;
  /** What speaks for the result and for the scope, strongest first. Never empty. */
  readonly reasons: readonly Reason[];
}

/** Screens one device. Pure and total: any text, in any script, gives a result. */
export type Screener = (device: ScreenedDevice) => Screening;
