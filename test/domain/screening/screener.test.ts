import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ieeeRegistry } from '../../../app/oui-registry';
import { parsePolicy } from '../../../app/policy-file';
import { createScreener } from '../../../domain/screening/screener';
import { type ScreenedDevice } from '../../../domain/screening/screening';
import { STRENGTHS } from '../../../domain/vocabulary';

function policyIn(...path: readonly string[]) {
  const file = join(__dirname, '..', '..', '..', ...path);
  return parsePolicy(readFileSync(file, 'utf8'), file);
}

const UK = policyIn('policy', 'uk-2022-visual-surveillance.yaml');
const US = policyIn('test', 'fixtures', 'policies', 'us-ndaa-889.yaml');
const HIKVISION_MAC = '44:19:b6:00:00:01';
const AXIS_MAC = '00:40:8c:12:34:56';
/** Chips in many makers' devices; the UK policy gives the row low confidence. */
const HISILICON_MAC = '84:8a:59:00:00:01';

const screen = createScreener(UK, ieeeRegistry);
const NOTHING: ScreenedDevice = { make: null, model: null, mac: null, deviceType: null };

function screened(device: Partial<ScreenedDevice>) {
  const { result, decision, reasons } = screen({ ...NOTHING, ...device });
  return { result, decision, rules: reasons.map(({ rule }) => rule) };
}

describe('the make', () => {
  test.each([
    ['the vendor’s name', 'Hikvision'],
    ['in any case', 'hIKVISION'],
    ['with blanks around it', '  Hikvision\t'],
    ['in full-width letters', 'Ｈｉｋｖｉｓｉｏｎ'],
    ['with an invisible character inside', 'Hik\u200bvision'],
    ['with an accent', 'Hïkvísion'],
    ['in two words', 'HIK Vision'],
    ['with a hyphen', 'Hik-Vision'],
    ['letter by letter', 'H.I.K.V.I.S.I.O.N.'],
    ['short', 'HIK'],
    ['with its country', 'Hikvision (UK)'],
    ['as registered', 'Hangzhou Hikvision Digital Technology Co., Ltd.'],
    ['of a national company', 'Hikvision UK Limited'],
    ['with what it makes', 'Hikvision CCTV cameras'],
    ['with its model number', 'HIKVISION DS-2CD2143G0-I'],
    ['with the model number in parts', 'Hikvision DS 2CD2143 G0'],
    ['after "made by"', 'Made by Hikvision'],
    ['after a label', 'Manufacturer: Hikvision'],
    ['in simplified characters', '海康威视'],
    ['in traditional characters', '海康威視'],
    ['as registered in Chinese', '杭州海康威视数字技术股份有限公司'],
    ['in Chinese with what it is', '海康威视摄像机'],
    ['in both scripts', '海康威视 Hikvision'],
    ['of a subsidiary', 'Pyronix Ltd'],
    ['of two listed vendors', 'Hikvision/Dahua'],
    ['of two listed vendors in words', 'Dahua and Hikvision'],
    ['cut short', 'DAHUA TECH'],
    ['with an accessory that is the vendor’s own', 'Hikvision bracket for Dahua'],
    ['of another vendor', 'Huawei Technologies Co., Ltd.'],
  ])('%s: it is covered (%j)', (_what, make) => {
    expect(screened({ make })).toEqual({ result: 'covered', decision: 'block', rules: ['make-listed'] });
  });

  test.each([
    ['says OEM', 'OEM Hikvision', 'make-names-listed'],
    ['says what it was', 'ex Hikvision', 'make-names-listed'],
    ['asks', 'Hikvision?', 'make-names-listed'],
    ['guesses', 'Possibly Hikvision', 'make-names-listed'],
    ['says both that and that it is not known', 'Unknown - Hikvision', 'make-names-listed'],
    ['names an unlisted make besides', 'Hikvision/Axis', 'make-names-listed'],
    ['names a brand besides', 'Hikvision or Lorex', 'make-names-listed'],
    ['says it was made for the vendor', 'Manufactured for Hikvision', 'make-names-listed'],
    ['is a longer Chinese name', '大华银行', 'make-names-listed'],
    ['is a longer name', 'Dahua Lighting', 'make-names-listed'],
    ['leaves out a letter', 'Hikvison', 'make-misspelt'],
    ['doubles a letter', 'Hikkvision', 'make-misspelt'],
    ['mistakes a letter', 'Hikvisoon', 'make-misspelt'],
    ['swaps two letters', 'Dahau', 'make-misspelt'],
    ['splits a misspelt name', 'Hick Vision', 'make-misspelt'],
    ['leaves out the first letter', 'ikvision', 'make-misspelt'],
    ['runs into the model', 'HikvisionDS', 'make-misspelt'],
    ['is a brand that re-sells', 'Honeywell', 'make-rebrand'],
    ['is such a brand’s company', 'Honeywell Security Group', 'make-rebrand'],
    ['is such a brand with other words', 'ANNKE Innovation', 'make-rebrand'],
    ['is such a brand misspelt', 'Honeywel', 'make-misspelt'],
  ])('%s: it is suspect (%j)', (_what, make, rule) => {
    expect(screened({ make })).toEqual({ result: 'suspect', decision: 'refer', rules: [rule] });
  });

  test.each([
    ['a maker with a name that begins alike', 'Dahuaxi Ltd'],
    ['a maker with a name that sounds alike', 'Hikari Vision'],
    ['a maker with a name that contains one', 'Huaweima'],
    ['a maker that the policy knows as somebody else', 'Shanghai Dahua Scale Factory'],
    ['a maker one slip from a vendor that the policy knows as somebody else', 'Tandy Corporation'],
    ['a maker whose name ends alike', 'Univision'],
    ['a maker of the same trade', 'Hanwha Vision Co., Ltd.'],
    ['another of the same trade', 'Axis Communications AB'],
    ['a maker with a brand’s word in its name', 'Beverly Hills Cameras'],
    ['a maker of two characters', '2N'],
    ['a maker with a legal form and common words only', 'Video Security Ltd'],
    ['a maker with a model number', 'LG 55UH12'],
  ])('%s stays clear (%j)', (_what, make) => {
    expect(screened({ make })).toEqual({ result: 'clear', decision: 'allow', rules: ['make-not-listed'] });
  });

  test.each([
    ['goes with a listed make', 'Acme bracket compatible with Hikvision'],
    ['goes with one, the maker last', 'for Hikvision, by Acme'],
    ['is an accessory of nobody named', 'Bracket compatible with Hikvision'],
    ['says so with a hyphen', 'Acme Hikvision-compatible mount'],
    ['goes with several', 'Acme mount for Hikvision, Dahua and Uniview'],
    ['goes with all of them', 'Acme PSU for use with all Hikvision cameras'],
    ['replaces one', 'Acme, replaces Dahua'],
    ['replaces an older one', 'Acme replacement for the old Hikvision'],
    ['is not one', 'Axis (not Hikvision)'],
    ['is not made by one', 'Axis, not made by Dahua'],
    ['goes with a misspelt one', 'Acme bracket for Hikvison'],
    ['goes with a brand', 'Acme bracket for Honeywell'],
    ['says so in Chinese', 'Acme 适用于海康威视'],
  ])('that %s stays clear (%j)', (_what, make) => {
    expect(screened({ make })).toEqual({ result: 'clear', decision: 'allow', rules: ['make-accessory'] });
  });

  test.each([
    ['is empty', ''],
    ['is not there', null],
    ['is blank', ' \t '],
    ['is a question mark', '?'],
    ['says so', 'Unknown'],
    ['says so in more words', 'Make not known'],
    ['is not applicable', 'N/A'],
    ['is to be confirmed', 'TBC'],
    ['is generic', 'generic'],
    ['is a dash', '-'],
    ['is a nought', '0'],
    ['says so in Welsh', 'Anhysbys'],
    ['says so in Chinese', '未知'],
    ['says only what the device is', 'IP dome camera'],
    ['says only what the device is, in Chinese', '摄像机'],
    ['says only where it comes from', 'China'],
    ['says only what it goes with', 'compatible with Hikvision'],
    ['says only what it is not', 'not Hikvision'],
    ['says what a camera goes with, and not who made the camera', 'Camera for Hikvision recorder'],
    ['doubts what it is not', 'probably not Hikvision'],
    ['asks what it is not', 'Axis? not Hikvision'],
  ])('that %s is not known (%j)', (_what, make) => {
    expect(screened({ make })).toEqual({ result: 'unknown-make', decision: 'refer', rules: ['make-unknown'] });
  });
});

describe('the MAC address', () => {
  test.each([
    ['of a listed holder, make not stated: suspect, strongly', { mac: HIKVISION_MAC }, 'suspect', ['mac-organisation']],
    [
      'of a listed holder under another make: suspect, since brands re-sell',
      { make: 'Axis', mac: HIKVISION_MAC },
      'suspect',
      ['mac-organisation'],
    ],
    [
      'of a listed holder under its own make: covered by the make',
      { make: 'Hikvision', mac: HIKVISION_MAC },
      'covered',
      ['make-listed', 'mac-organisation'],
    ],
    [
      'of a listed holder under a brand: both are told, the stronger first',
      { make: 'Honeywell', mac: HIKVISION_MAC },
      'suspect',
      ['mac-organisation', 'make-rebrand'],
    ],
    [
      'of a listed holder on somebody else’s accessory: suspect',
      { make: 'Acme, for Hikvision', mac: HIKVISION_MAC },
      'suspect',
      ['mac-organisation', 'make-accessory'],
    ],
    [
      'of a holder with low confidence under another make: clear, but told',
      { make: 'Axis', mac: HISILICON_MAC },
      'clear',
      ['mac-organisation'],
    ],
    [
      'of a holder with low confidence, make not stated: suspect',
      { mac: HISILICON_MAC },
      'suspect',
      ['mac-organisation'],
    ],
    ['of a holder that is not listed: not known', { mac: AXIS_MAC }, 'unknown-make', ['make-unknown']],
    [
      'of another holder than the listed make: covered all the same',
      { make: 'Dahua', mac: AXIS_MAC },
      'covered',
      ['make-listed'],
    ],
    ['that is random says nothing', { mac: '46:19:b6:00:00:01' }, 'unknown-make', ['make-unknown']],
    ['that is multicast says nothing', { mac: '45:19:b6:00:00:01' }, 'unknown-make', ['make-unknown']],
    ['that is none says nothing', { mac: 'not an address' }, 'unknown-make', ['make-unknown']],
  ] as const)('%s', (_sentence, device, result, rules) => {
    expect(screened(device)).toMatchObject({ result, rules });
  });

  test('a reason names the prefix and its holder', () => {
    const [reason] = screen({ ...NOTHING, mac: HIKVISION_MAC }).reasons;
    expect(reason).toMatchObject({ strength: 'strong', rule: 'mac-organisation' });
    expect(reason?.text).toContain('44:19:b6');
    expect(reason?.text).toContain('Hangzhou Hikvision Digital Technology');
  });
});

describe('the model', () => {
  test.each([
    ['of a vendor’s shape, make not stated: suspect', { model: 'DS-2CD2143G0-I' }, 'suspect', ['model-pattern']],
    [
      'of a vendor’s shape under an unlisted make: suspect, as re-sold under a brand that nobody listed',
      { make: 'Acme', model: 'DS-2CD2143G0-I' },
      'suspect',
      ['model-pattern'],
    ],
    ['without punctuation', { make: 'Acme', model: 'ds2cd2143' }, 'suspect', ['model-pattern']],
    ['after other words', { make: 'Acme', model: '4MP dome DH-IPC-HFW2431' }, 'suspect', ['model-pattern']],
    ['in the make’s column', { make: 'DS-2CD2143G0-I' }, 'suspect', ['model-pattern']],
    ['of a brand: both told', { make: 'LTS', model: 'DS-2CD2143G0-I' }, 'suspect', ['make-rebrand', 'model-pattern']],
    [
      'of a shape with low confidence under an unlisted make: clear, but told',
      { make: 'Acme', model: 'HWI-B120H' },
      'clear',
      ['model-pattern'],
    ],
    ['of a shape with low confidence, make not stated: suspect', { model: 'HWI-B120H' }, 'suspect', ['model-pattern']],
    [
      'that a bracket goes with: clear',
      { make: 'Acme', model: 'Bracket for DS-2CD2143' },
      'clear',
      ['make-not-listed'],
    ],
    ['that names a vendor, make not stated: suspect', { model: 'Hikvision dome' }, 'suspect', ['model-names-listed']],
    [
      'that names a vendor under an unlisted make: suspect',
      { make: 'Acme', model: 'Dahua 4MP' },
      'suspect',
      ['model-names-listed'],
    ],
    [
      'that goes with a vendor: clear',
      { make: 'Acme', model: 'Bracket compatible with Hikvision' },
      'clear',
      ['make-not-listed'],
    ],
    [
      'that is a vendor’s misspelt, make not stated: suspect',
      { model: 'Hikvison dome' },
      'suspect',
      ['model-names-listed'],
    ],
    [
      'that is a vendor’s misspelt under an unlisted make: clear',
      { make: 'Acme', model: 'Hikvison dome' },
      'clear',
      ['make-not-listed'],
    ],
    ['that names a brand, make not stated: suspect', { model: 'Lorex 4K' }, 'suspect', ['model-rebrand']],
    ['of nobody’s shape: clear', { make: 'Axis', model: 'P3245-LVE' }, 'clear', ['make-not-listed']],
  ] as const)('%s', (_sentence, device, result, rules) => {
    expect(screened(device)).toMatchObject({ result, rules });
  });
});

describe('scope and decision', () => {
  test.each([
    ['a covered camera is blocked', { make: 'Hikvision', deviceType: 'dome camera' }, 'block', true],
    ['a covered device of unstated type is blocked', { make: 'Hikvision' }, 'block', true],
    [
      'a covered device of a type that no row names is blocked',
      { make: 'Hikvision', deviceType: 'thingamajig' },
      'block',
      true,
    ],
    ['a covered bracket is referred', { make: 'Hikvision', deviceType: 'Camera bracket' }, 'refer', false],
    [
      'a covered camera with its bracket is blocked',
      { make: 'Hikvision', deviceType: 'Camera with bracket' },
      'block',
      true,
    ],
    ['a bracket for cameras is no camera', { make: 'Hikvision', deviceType: 'bracket for cameras' }, 'refer', false],
    ['a suspect bracket is allowed', { make: 'Honeywell', deviceType: 'brackets' }, 'allow', false],
    ['a cable of unknown make is allowed', { make: '', deviceType: 'patch lead' }, 'allow', false],
    ['a covered camera for a sensitive site is blocked', { make: 'Dahua', sensitivity: 'sensitive' }, 'block', true],
    [
      'a site that nobody has assessed counts as sensitive',
      { make: 'Dahua', sensitivity: 'unassessed' },
      'block',
      true,
    ],
    ['a covered camera elsewhere is referred', { make: 'Dahua', sensitivity: 'not-sensitive' }, 'refer', false],
    ['a suspect camera elsewhere is referred', { make: 'Honeywell', sensitivity: 'not-sensitive' }, 'refer', false],
    ['a clear camera is allowed anywhere', { make: 'Axis', sensitivity: 'sensitive' }, 'allow', true],
  ] as const)('%s', (_sentence, device, decision, inScope) => {
    expect(screen({ ...NOTHING, ...device })).toMatchObject({ decision, inScope });
  });

  test('the result is about the make, whatever the scope', () => {
    const bracket = screen({ ...NOTHING, make: 'Hikvision', deviceType: 'bracket', sensitivity: 'not-sensitive' });
    expect(bracket).toMatchObject({ result: 'covered', typeInScope: false, inScope: false });
    expect(bracket.reasons.map(({ rule }) => rule)).toEqual(['make-listed', 'device-type-out-of-scope']);
  });

  test('before the cease date a covered device is referred, from that day on it is blocked', () => {
    const on = (day: string) => createScreener(UK, ieeeRegistry, { on: day })({ ...NOTHING, make: 'Hikvision' });
    expect(on('2022-11-23').decision).toBe('refer');
    expect(on('2022-11-23').reasons.map(({ rule }) => rule)).toContain('before-cease-date');
    expect(on('2022-11-24').decision).toBe('block');
  });

  test('reasons come strongest first, and each cites its source with date and confidence', () => {
    const { reasons } = screen({ make: 'LTS', model: 'DS-2CD2143', mac: HIKVISION_MAC, deviceType: 'bracket' });
    const strengths = reasons.map(({ strength }) => STRENGTHS.indexOf(strength));
    expect(reasons).toHaveLength(4);
    expect(strengths).toEqual([...strengths].sort((a, b) => a - b));
    for (const { source } of reasons) expect(source).toMatch(/\(\d{4}-\d{2}-\d{2}, confidence (high|medium|low)\)$/);
  });
});

describe('another country’s policy', () => {
  const abroad = createScreener(US, ieeeRegistry);

  test.each([
    ['ZTE is covered there', { make: 'zte corporation' }, 'covered', 'clear'],
    ['Hytera is covered there', { make: 'Hytera Communications Corporation Limited' }, 'covered', 'clear'],
    ['its subsidiary is covered there', { make: 'Sepura plc' }, 'covered', 'clear'],
    [
      'a ZTE router’s address is suspect there',
      { make: 'Acme', mac: '00:19:c6:00:00:01', deviceType: 'router' },
      'suspect',
      'clear',
    ],
    ['Dahua by the act’s own words', { make: 'Dahua Technology Company' }, 'covered', 'covered'],
    ['Uniview is covered here only', { make: 'Uniview' }, 'clear', 'covered'],
    ['a UK model pattern does not count there', { make: 'Acme', model: 'DS-2CD2143' }, 'clear', 'suspect'],
    ['a brand that is not listed there', { make: 'Lorex' }, 'clear', 'suspect'],
  ] as const)('%s', (_sentence, device, there, here) => {
    expect(abroad({ ...NOTHING, ...device }).result).toBe(there);
    expect(screen({ ...NOTHING, ...device }).result).toBe(here);
  });

  test('a router is in scope there and out of scope here', () => {
    const router: ScreenedDevice = { ...NOTHING, make: 'Huawei', deviceType: 'router' };
    expect(abroad(router).decision).toBe('block');
    expect(screen(router).decision).toBe('refer');
  });

  test('there no class of site is out of scope', () => {
    expect(abroad({ ...NOTHING, make: 'Hikvision', sensitivity: 'not-sensitive' }).decision).toBe('block');
  });
});
