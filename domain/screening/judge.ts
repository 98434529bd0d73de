import { type Policy, type Provenance } from '../policy/policy';
import { type ScreeningResult, type Strength } from '../vocabulary';
import { type MakeReading } from './make';
import { type PatternMatch } from './model';
import { type KnownName } from './names';
import { type HolderMatch } from './organisation';
import { capped, citation, prefixText, quote } from './reasons';
import { type Reason, type Rule, type ScreenedDevice } from './screening';

/** Everything that was read of one device. */
export interface Evidence {
  readonly policy: Policy;
  readonly device: ScreenedDevice;
  readonly make: MakeReading;
  /** The model, read as if it might state the make. */
  readonly model: MakeReading;
  readonly pattern: PatternMatch | null;
  readonly holder: HolderMatch | null;
}

/** What the rules say together. */
export interface Finding {
  readonly result: ScreeningResult;
  readonly reasons: readonly Reason[];
}

/** What a reason makes of the device; one that `supports` changes nothing by itself. */
type Effect = 'covered' | 'suspect' | 'supports';

interface Fired extends Reason {
  readonly effect: Effect;
}

/** Applies every rule. Covered outweighs suspect, suspect outweighs all else. */
export function judge(evidence: Evidence): Finding {
  const fired = [makeRule, holderRule, modelNameRule, patternRule].flatMap((rule) => rule(evidence) ?? []);
  return { result: resultOf(fired, evidence.make), reasons: fired.length > 0 ? fired : [notListed(evidence)] };
}

function resultOf(all: readonly Fired[], make: MakeReading): ScreeningResult {
  if (all.some(({ effect }) => effect === 'covered')) return 'covered';
  if (all.some(({ effect }) => effect === 'suspect')) return 'suspect';
  return make.kind === 'none' ? 'unknown-make' : 'clear';
}

function fired(rule: Rule, strength: Strength, effect: Effect, text: string, row: Provenance): Fired {
  return { rule, strength, effect, text, source: citation(row) };
}

function makeRule({ make, device }: Evidence): Fired | null {
  const given = `The make is given as ${quote(device.make)}`;
  switch (make.kind) {
    case 'listed':
      return fired('make-listed', 'strong', 'covered', `${given}: ${asListed(make.name)}.`, make.name.row);
    case 'names-listed': {
      const text = `${given}, which names ${vendorOf(make.name)} among other words: check the label.`;
      return fired('make-names-listed', 'moderate', 'suspect', text, make.name.row);
    }
    case 'misspelt': {
      const text = `${given}, which is spelt like ${quote(make.name.written)}.`;
      return fired('make-misspelt', 'moderate', 'suspect', text, make.name.row);
    }
    case 'rebrand': {
      const brand = make.exact ? 'a brand' : `spelt like ${quote(make.name.written)}, a brand`;
      const text = `${given}, ${brand} reported to sell some equipment made by ${vendorOf(make.name)}.`;
      const strength = make.exact && make.alone ? capped('moderate', make.name.row) : 'weak';
      return fired(make.exact ? 'make-rebrand' : 'make-misspelt', strength, 'suspect', text, make.name.row);
    }
    case 'accessory': {
      const text = `${given}, which names ${vendorOf(make.fits)} only as what it goes with, replaces or is not.`;
      return fired('make-accessory', 'moderate', 'supports', text, make.fits.row);
    }
    case 'none':
    case 'other':
      return null;
  }
}

/** A listed vendor holds the MAC prefix: strong, but about the network interface, so never more than suspect. */
function holderRule({ make, holder }: Evidence): Fired | null {
  if (holder === null || holder.listed === null) return null;
  const { row, vendor } = holder.listed;
  const { prefix, organisation } = holder.assignment;
  const text = `The MAC address begins with ${prefixText(prefix)}, which the IEEE registry gives to ${quote(organisation)} (${vendor.name}).`;
  return fired('mac-organisation', capped('strong', row), effectOf(row, make), text, row);
}

/** The model's column names a vendor. A brand or a misspelling there counts only where no make is stated. */
function modelNameRule({ make, model, device }: Evidence): Fired | null {
  const given = `The model is given as ${quote(device.model)}, which`;
  switch (model.kind) {
    case 'listed':
    case 'names-listed':
      return fired(
        'model-names-listed',
        'moderate',
        'suspect',
        `${given} names ${vendorOf(model.name)}.`,
        model.name.row,
      );
    case 'misspelt': {
      if (make.kind !== 'none') return null;
      const text = `${given} is spelt like ${quote(model.name.written)}; no make is given.`;
      return fired('model-names-listed', 'weak', 'suspect', text, model.name.row);
    }
    case 'rebrand': {
      if (make.kind !== 'none') return null;
      const text = `${given} names a brand reported to sell some equipment made by ${vendorOf(model.name)}; no make is given.`;
      return fired('model-rebrand', 'weak', 'suspect', text, model.name.row);
    }
    case 'none':
    case 'other':
    case 'accessory':
      return null;
  }
}

function patternRule({ make, pattern }: Evidence): Fired | null {
  if (pattern === null) return null;
  const { pattern: row, vendor } = pattern;
  const text = `The model number has the shape ${row.pattern}, which ${vendor.name} uses.`;
  return fired('model-pattern', 'weak', effectOf(row, make), text, row);
}

/** A row of low confidence does not speak against a make that is stated. */
function effectOf({ confidence }: Provenance, make: MakeReading): Effect {
  return confidence === 'low' && make.kind !== 'none' ? 'supports' : 'suspect';
}

function notListed({ policy, device, make, holder }: Evidence): Fired {
  const source = `policy ${policy.id}, version ${policy.version}`;
  if (make.kind !== 'none') {
    const text = `The make ${quote(device.make)} is not on the list.`;
    return { rule: 'make-not-listed', strength: 'weak', effect: 'supports', text, source };
  }
  const stated =
    make.fits === null
      ? 'The inventory does not say who made it'
      : `The make ${quote(device.make)} says what it goes with or is not, but not who made it`;
  const held =
    holder === null
      ? ''
      : `; its MAC address belongs to ${quote(holder.assignment.organisation)}, which is not on the list and need not be the maker`;
  return { rule: 'make-unknown', strength: 'weak', effect: 'supports', text: `${stated}${held}.`, source };
}

function vendorOf(name: KnownName): string {
  return name.kind === 'false-friend' ? name.written : name.vendor.name;
}

function asListed(name: KnownName): string {
  const vendor = vendorOf(name);
  return name.written === vendor
    ? `${vendor} is on the list`
    : `${name.written} is a name or company of ${vendor}, which is on the list`;
}
