import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../../app/policy-file';
import { ieeeRegistry } from '../../../app/oui-registry';
import { isSameFinding } from '../../../domain/screening/same-finding';
import { createScreener } from '../../../domain/screening/screener';
import { type ScreenedDevice } from '../../../domain/screening/screening';
import { edited, UK_TEXT } from '../../support/policies';

const HONEYWELL: ScreenedDevice = { make: 'Honeywell', model: 'HC30', mac: null, deviceType: 'camera' };
const NOT_STATED: ScreenedDevice = { make: null, model: null, mac: null, deviceType: 'camera' };
const AXIS: ScreenedDevice = { make: 'Axis', model: 'DH-IPC1', mac: null, deviceType: 'camera' };

const screener = (text: string) => createScreener(parsePolicy(text, 'policy.yaml'), ieeeRegistry);
const before = screener(UK_TEXT);
const ROW = 'brand: Honeywell, vendor: dahua, source: sellers-list, date: 2026-11-23, confidence: medium';

describe('two versions say the same of a device', () => {
  test.each([
    ['of another version number', HONEYWELL, "version: '2026.1'", "version: '2026.2'"],
    [
      'of another version number, where no make is stated and the reason cites the version',
      NOT_STATED,
      "version: '2026.1'",
      "version: '2026.2'",
    ],
    ['that words a source anew', HONEYWELL, "sellers-list: Sellers' and", 'sellers-list: Some'],
    ['that read a source on another day', HONEYWELL, ROW, ROW.replace('2026-11-23', '2026-12-01')],
    ['that takes the kind of device out of scope', HONEYWELL, '摄像头\n    scope: in', '摄像头\n    scope: out'],
    ['that adds a row about others', HONEYWELL, 'brand: ADT,', 'brand: ADX,'],
  ])('under a policy %s', (_what, device, piece, replacement) => {
    const after = screener(edited(UK_TEXT, piece, replacement));
    expect(isSameFinding(before(device), after(device))).toBe(true);
  });

  test.each([
    ['the result', HONEYWELL, `  - { ${ROW} }\n`, ''],
    ['how strong a reason is', HONEYWELL, ROW, ROW.replace('medium', 'low')],
    ['whose equipment it is said to be', HONEYWELL, ROW, ROW.replace('dahua', 'hikvision')],
    ['one reason of several', AXIS, 'pattern: DH-IPC*,', 'pattern: DH-XPC*,'],
  ])('not where another policy changes %s', (_what, device, piece, replacement) => {
    const after = screener(edited(UK_TEXT, piece, replacement));
    expect(isSameFinding(before(device), after(device))).toBe(false);
  });
});
