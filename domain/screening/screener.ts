import { type OuiRegistry } from '../oui';
import { isSiteInScope, type Policy } from '../policy/policy';
import { type IsoDate } from '../records';
import { type Sensitivity } from '../vocabulary';
import { deploymentDecision, type ScopeAnswer } from './decision';
import { deviceTypeFinder } from './device-type';
import { type Finding, judge } from './judge';
import { readMake } from './make';
import { Memo } from './memo';
import { modelMatcher } from './model';
import { NameIndex } from './names';
import { holderFinder, type HolderMatch } from './organisation';
import { inOrder, scopeReasons } from './reasons';
import { type ScreenedDevice, type Screener, type Screening } from './screening';

/** Answers kept per generation; the ten thousand most used combinations of a large inventory are a few megabytes. */
const REMEMBERED = 20_000;

/** When the device is meant to be installed. */
export interface ScreenerOptions {
  /** Day of the planned installation, in the policy's zone; left out = after the cease date. */
  readonly on?: IsoDate;
}

/**
 * Compiles a policy into a screener. Building costs milliseconds; the registry is asked only for devices with a MAC.
 *
 * - *covered*: the make is a listed vendor's name, alias or subsidiary, exactly after normalisation, and no other word
 *   casts doubt on it.
 * - *suspect*: the make names a listed vendor among other words, is spelt like one, or is a re-selling brand; the MAC
 *   prefix is held by a listed vendor under another make or none; the model names a vendor or has a vendor's shape.
 *   A row of low confidence counts only where no make is stated.
 * - *unknown-make*: no make is stated and nothing else fired.
 * - *clear*: a make that is none of these.
 */
export function createScreener(policy: Policy, registry: OuiRegistry, { on }: ScreenerOptions = {}): Screener {
  const names = new NameIndex(policy);
  const matchModel = modelMatcher(policy);
  const holderOf = holderFinder(policy, registry);
  const typeOf = deviceTypeFinder(policy);
  const early = on !== undefined && on < policy.ceaseDeployment.from;
  const findings = new Memo<Finding>(REMEMBERED);
  const screenings = new Memo<Screening>(REMEMBERED);

  const finding = (device: ScreenedDevice, holder: HolderMatch | null, key: string): Finding => {
    let known = findings.get(key);
    if (known === undefined) {
      const make = readMake(device.make, names);
      // A model number typed into the make's column is still one.
      const pattern = matchModel(device.model) ?? (make.kind === 'none' ? matchModel(device.make) : null);
      known = judge({ policy, device, make, model: readMake(device.model, names), pattern, holder });
      findings.set(key, known);
    }
    return known;
  };

  const scopeOf = (typeInScope: boolean, sensitivity: Sensitivity | null): ScopeAnswer => {
    if (!typeInScope) return 'type-out';
    if (sensitivity !== null && !isSiteInScope(policy, sensitivity)) return 'site-out';
    return early ? 'before-cease-date' : 'in';
  };

  return (device) => {
    const sensitivity = device.sensitivity ?? null;
    const holder = holderOf(device.mac);
    // Only a listed holder's prefix, or any holder where no make is stated, changes what is said.
    const held =
      holder === null ? '' : holder.listed === null ? holder.assignment.organisation : holder.assignment.prefix;
    const make = device.make ?? '';
    const identity = `${make.length} ${held}\n${make}${device.model ?? ''}`;
    const key = `${identity.length} ${sensitivity ?? ''}\n${identity}${device.deviceType ?? ''}`;
    let screening = screenings.get(key);
    if (screening === undefined) {
      const { result, reasons } = finding(device, holder, identity);
      const type = typeOf(device.deviceType);
      const typeInScope = type?.scope !== 'out';
      const scope = scopeOf(typeInScope, sensitivity);
      screening = Object.freeze({
        result,
        decision: deploymentDecision(result, scope),
        typeInScope,
        inScope: typeInScope && (sensitivity === null || isSiteInScope(policy, sensitivity)),
        reasons: inOrder([...reasons, ...scopeReasons(policy, result, scope, type, sensitivity)]),
      });
      screenings.set(key, screening);
    }
    return screening;
  };
}
