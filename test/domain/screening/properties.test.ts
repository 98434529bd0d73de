import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy } from '../../../app/policy-file';
import { createOuiRegistry } from '../../../domain/oui';
import { type Policy, type Provenance } from '../../../domain/policy/policy';
import { nameKey } from '../../../domain/screening/normalise';
import { createScreener } from '../../../domain/screening/screener';
import { type ScreenedDevice } from '../../../domain/screening/screening';
import { DECISIONS, SCREENING_RESULTS, SENSITIVITIES, STRENGTHS } from '../../../domain/vocabulary';

const file = join(__dirname, '..', '..', '..', 'policy', 'uk-2022-visual-surveillance.yaml');
const POLICY = parsePolicy(readFileSync(file, 'utf8'), file);
const REGISTRY = createOuiRegistry([
  ['4419B6', 'Hangzhou Hikvision Digital Technology Co.,Ltd.'],
  ['00408C', 'Axis Communications AB'],
  ['848A59', 'Hisilicon Technologies Co., Ltd'],
]);
const ROW: Provenance = { source: 'a test', date: '2026-11-23', confidence: 'medium' };
const VENDOR_NAMES = POLICY.vendors.flatMap((vendor) => [
  ...[vendor.name, ...vendor.aliases],
  ...vendor.subsidiaries.flatMap(({ name, aliases }) => [name, ...aliases]),
]);
/** A slip may lead to another name that the policy knows. */
const KNOWN = new Set([...VENDOR_NAMES, ...POLICY.falseFriends.map(({ name }) => name)].map(nameKey));

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const phrase = fc
  .array(
    fc.constantFrom(
      ...VENDOR_NAMES,
      'Axis',
      'Acme',
      'Honeywell',
      'Hikvison',
      'for',
      'not',
      'compatible',
      'with',
      'bracket',
      'camera',
      'Ltd',
      '?',
      '/',
      'unknown',
      'DS-2CD2143',
      '(UK)',
      '兼容',
    ),
    { maxLength: 6 },
  )
  .chain((words) => fc.constantFrom(' ', '  ', '-', ', ').map((joint) => words.join(joint)));
const cell = fc.option(fc.oneof(text, phrase));
const mac = fc.option(
  fc.oneof(text, fc.constantFrom('44:19:b6:00:00:01', '00:40:8c:00:00:01', '84:8a:59:00:00:01', '46:19:b6:00:00:01')),
);
const device: fc.Arbitrary<ScreenedDevice> = fc.record({
  make: cell,
  model: cell,
  mac,
  deviceType: fc.option(fc.oneof(text, fc.constantFrom('camera', 'bracket', 'camera bracket', 'cable for camera'))),
  sensitivity: fc.constantFrom(...SENSITIVITIES, null),
});

const screener = () => createScreener(POLICY, REGISTRY);

/** A text as another hand would write it: other case, other blanks, full-width letters, invisible characters. */
function rewritten(value: string): fc.Arbitrary<string> {
  const fullWidth = (all: string): string =>
    all.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).replaceAll(' ', '\u3000');
  return fc.constantFrom(
    value.toUpperCase(),
    value.toLowerCase(),
    ` ${value}\t`,
    value.replaceAll(' ', '  '),
    fullWidth(value),
    value.normalize('NFD'),
    value.normalize('NFC'),
    `\ufeff${value}`,
  );
}

/** One slip of typing at a place of the name. */
function slip(name: string, kind: 'drop' | 'double' | 'swap' | 'mistake', at: number): string {
  const characters = [...name];
  const place = at % characters.length;
  const here = characters[place]!;
  const next = characters[place + 1];
  if (kind === 'drop') characters.splice(place, 1);
  if (kind === 'double') characters.splice(place, 0, here);
  if (kind === 'mistake') characters[place] = here.toLowerCase() === 'q' ? 'z' : 'q';
  if (kind === 'swap' && next !== undefined) characters.splice(place, 2, next, here);
  return characters.join('');
}

describe('screening, whatever the inventory says', () => {
  const screen = screener();

  test('gives a result, a decision and at least one reason, strongest first', () => {
    fc.assert(
      fc.property(device, (any) => {
        const { result, decision, reasons } = screen(any);
        expect(SCREENING_RESULTS).toContain(result);
        expect(DECISIONS).toContain(decision);
        const strengths = reasons.map(({ strength }) => STRENGTHS.indexOf(strength));
        expect(strengths.length).toBeGreaterThan(0);
        expect(strengths).toEqual([...strengths].sort((a, b) => a - b));
        for (const { text: sentence, source } of reasons) {
          expect(sentence).toMatch(/\.$/);
          expect(sentence).not.toMatch(/[\n\r]/);
          expect(source).not.toBe('');
        }
      }),
      { numRuns: 800 },
    );
  });

  test('says the same whether it remembers the device or sees it for the first time', () => {
    fc.assert(
      fc.property(device, device, (one, other) => {
        const used = screener();
        used(other);
        used(one);
        expect(used(one)).toEqual(screener()(one));
      }),
      { numRuns: 50 },
    );
  });

  test('does not depend on case, blanks, width or composition', () => {
    const written = device.chain((any) =>
      fc.tuple(
        fc.constant(any),
        rewritten(any.make ?? ''),
        rewritten(any.model ?? ''),
        rewritten(any.deviceType ?? ''),
      ),
    );
    fc.assert(
      fc.property(written, ([any, make, model, deviceType]) => {
        const { result, decision, inScope } = screen(any);
        expect(screen({ ...any, make, model, deviceType })).toMatchObject({ result, decision, inScope });
      }),
      { numRuns: 1_000 },
    );
  });

  test('a misspelt vendor is never covered, and a long enough name with one slip is suspect', () => {
    const misspelt = fc
      .tuple(fc.constantFrom(...VENDOR_NAMES), fc.constantFrom('drop', 'double', 'swap', 'mistake'), fc.nat())
      .map(([name, kind, at]) => ({ name, make: slip(name, kind, at) }))
      .filter(({ make }) => !KNOWN.has(nameKey(make)));
    fc.assert(
      fc.property(misspelt, ({ name, make }) => {
        const { result } = screen({ make, model: null, mac: null, deviceType: null });
        // A slip in a word that only describes ("Hangzhou Hikvision") leaves the vendor's own name as it is.
        const stillNamed = VENDOR_NAMES.some((other) => make.toLowerCase().includes(other.toLowerCase()));
        if (!stillNamed) expect(result).not.toBe('covered');
        if (/^[a-z]{5,}$/i.test(name)) expect(result).toBe('suspect');
      }),
      { numRuns: 800 },
    );
  });

  test('only a stated make makes covered: no address and no model does', () => {
    fc.assert(
      fc.property(device, (any) => {
        for (const make of ['Axis', '', 'Acme bracket for Hikvision', 'Honeywell']) {
          expect(screen({ ...any, make }).result).not.toBe('covered');
        }
      }),
    );
  });

  test('block is said of covered devices in scope and of nothing else', () => {
    fc.assert(
      fc.property(device, (any) => {
        const { result, decision, inScope } = screen(any);
        expect(decision === 'block').toBe(result === 'covered' && inScope);
        if (result === 'clear') expect(decision).toBe('allow');
      }),
    );
  });
});

describe('a policy that grows', () => {
  const name = fc.oneof(
    phrase.filter((words) => nameKey(words).length > 2),
    fc.constantFrom('Dahua Technology', 'UK Hik', 'Hikvision D', 'Vision', 'Digital'),
  );
  const added: fc.Arbitrary<(policy: Policy) => Policy> = fc.oneof(
    name.map((brand) => (policy: Policy) => ({
      ...policy,
      rebrands: [...policy.rebrands, { ...ROW, brand, aliases: [], vendor: 'dahua' }],
    })),
    name.map((friend) => (policy: Policy) => ({
      ...policy,
      falseFriends: [...policy.falseFriends, { ...ROW, name: friend }],
    })),
    name.map((vendor) => (policy: Policy) => ({
      ...policy,
      vendors: [...policy.vendors, { ...ROW, id: 'new', name: vendor, aliases: [], subsidiaries: [] }],
    })),
    name.map((organisation) => (policy: Policy) => ({
      ...policy,
      ouis: [...policy.ouis, { ...ROW, organisation, vendor: 'dahua' }],
    })),
    name.map((pattern) => (policy: Policy) => ({
      ...policy,
      modelPatterns: [...policy.modelPatterns, { ...ROW, pattern: `${pattern}*`, vendor: 'dahua' }],
    })),
  );

  test('never makes a covered device clear, nor one that was suspect by its address', () => {
    const before = screener();
    fc.assert(
      fc.property(added, fc.array(device, { minLength: 1, maxLength: 20 }), (add, devices) => {
        const after = createScreener(add(POLICY), REGISTRY);
        for (const one of devices) {
          const { result, reasons } = before(one);
          const held = result === 'suspect' && reasons[0]?.rule === 'mac-organisation';
          if (result === 'covered' || held) expect(['covered', 'suspect']).toContain(after(one).result);
        }
      }),
      { numRuns: 150 },
    );
  });
});
