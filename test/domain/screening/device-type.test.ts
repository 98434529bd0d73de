import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy } from '../../../app/policy-file';
import { deviceTypeFinder } from '../../../domain/screening/device-type';

const file = join(__dirname, '..', '..', '..', 'policy', 'uk-2022-visual-surveillance.yaml');
const find = deviceTypeFinder(parsePolicy(readFileSync(file, 'utf8'), file));

describe('the device type', () => {
  test.each([
    ['as the policy writes it', 'camera', 'camera'],
    ['a synonym', 'NVR', 'recorder'],
    ['a synonym in several words', 'Network Video Recorder', 'recorder'],
    ['in the plural', 'IP cameras', 'camera'],
    ['with punctuation', 'Body-Worn Camera', 'body-worn camera'],
    ['in other words, by its last noun', 'external PTZ dome camera', 'camera'],
    ['a compound is its last noun', 'camera bracket', 'bracket'],
    ['less what it is for', 'bracket for dome camera', 'bracket'],
    ['less what it goes with', 'cable compatible with NVR', 'cable'],
    ['of two things the one in scope counts', 'bracket and camera', 'camera'],
    ['of two things in any order', 'camera + bracket', 'camera'],
    ['in Chinese', '摄像机', 'camera'],
  ])('%s: %j', (_sentence, text, type) => {
    expect(find(text)?.type).toBe(type);
  });

  test.each([null, '', '?', 'thingamajig'])('no row names %j', (text) => {
    expect(find(text)).toBeNull();
  });
});
