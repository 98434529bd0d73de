import { type OuiRegistry } from '../oui';
import { isSiteInScope, type Policy } from '../policy/policy';
import { type IsoDate } from '../records';
import { type Sensitivity } from '../vocabulary';
import { deploymentDecision, type ScopeAnswer } from './decision';
import { deviceTypeFinder } from './device-type';
import { type Finding, judge } from './judge';
import { readMake } from './make';
import { Memo, ScreeningMemo } from './memo';
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
  const read = remembering((text: string) => ({ maker: readMake(text, names), pattern: matchModel(text) }));
  const typed = remembering((text: string) => ({ row: typeOf(text) }));
  const screenings = new ScreeningMemo<HolderMatch | null, Screening>(REMEMBERED);

  const finding = (device: ScreenedDevice, holder: HolderMatch | null): Finding => {
    const make = read(device.make ?? '');
    const model = read(device.model ?? '');
    // A model number typed into the make's column is still one.
    const pattern = model.pattern ?? (make.maker.kind === 'none' ? make.pattern : null);
    return judge({ policy, device, make: make.maker, model: model.maker, pattern, holder });
  };

  const scopeOf = (typeInScope: boolean, sensitivity: Sensitivity | null): ScopeAnswer => {
    if (!typeInScope) return 'type-out';
    if (sensitivity !== null && !isSiteInScope(policy, sensitivity)) return 'site-out';
    return early ? 'before-cease-date' : 'in';
  };

  const screen = (device: ScreenedDevice, holder: HolderMatch | null): Screening => {
    const sensitivity = device.sensitivity ?? null;
    const { result, reasons } = finding(device, holder);
    const type = typed(device.deviceType ?? '').row;
    const typeInScope = type?.scope !== 'out';
    const scope = scopeOf(typeInScope, sensitivity);
    return Object.freeze({
      result,
      decision: deploymentDecision(result, scope),
      typeInScope,
      inScope: typeInScope && (sensitivity === null || isSiteInScope(policy, sensitivity)),
      reasons: inOrder([...reasons, ...scopeReasons(policy, result, scope, type, sensitivity)]),
    });
  };

  return (device) => {
    const makeText = device.make ?? '';
    const found = holderOf(device.mac);
    // A holder that is not listed is told only where no make is stated.
    const holder = found !== null && (found.listed !== null || read(makeText).maker.kind === 'none') ? found : null;
    const scopeKey =
      device.sensitivity == null ? (device.deviceType ?? '') : `${device.sensitivity} ${device.deviceType ?? ''}`;
    const alike = screenings.under(makeText, device.model ?? '', holder);
    const known = alike.get(scopeKey);
    if (known !== undefined) return known;
    const screening = screen(device, holder);
    screenings.add(alike, scopeKey, screening);
    return screening;
  };
}

/** `answer`, with the last answers remembered. */
function remembering<Value extends object>(answer: (text: string) => Value): (text: string) => Value {
  const known = new Memo<Value>(REMEMBERED);
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = answer(text);
      known.set(text, value);
    }
    return value;
  };
}
