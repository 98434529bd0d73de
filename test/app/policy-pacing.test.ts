import { describe, expect, test } from '@jest/globals';
import { parsePolicy, policyDigest } from '../../app/policy-file';
import { completed, DEFAULT_PACING, type StoredPolicy } from '../../domain/policy/defaults';
import { diffPolicies } from '../../domain/policy/diff';
import { type Failure } from '../../domain/errors';
import { SMALL, UK_TEXT, edited } from '../support/policies';

const MAIL = (pace: string): string =>
  `${SMALL}mail: { revealSites: false, revealMakes: false, ${pace}source: us, date: 2026-01-01, confidence: high }\n`;

function problemsOf(text: string): readonly { line: number; path: string; message: string }[] {
  try {
    parsePolicy(text, 'small.yaml');
  } catch (error) {
    return (error as Failure).details['problems'] as readonly { line: number; path: string; message: string }[];
  }
  return [];
}

describe('the pace of mail in a policy', () => {
  test('is the product’s where the file says nothing, in parts too', () => {
    expect(parsePolicy(SMALL, 'small.yaml').mail).toMatchObject(DEFAULT_PACING);
    expect(parsePolicy(MAIL('capPerDay: 5, '), 'small.yaml').mail).toMatchObject({ ...DEFAULT_PACING, capPerDay: 5 });
    expect(parsePolicy(UK_TEXT, 'uk.yaml').mail).toMatchObject(DEFAULT_PACING);
  });

  test.each([
    ["digestAt: '07:59', ", 'mail.digestAt', 'outside working hours'],
    ["digestAt: '8 o’clock', ", 'mail.digestAt', 'HH:MM'],
    ["digestAt: '17:50', ", 'mail.gatherMinutes', 'run beyond the end of working hours'],
    ["workingHours: { from: '18:00', to: '08:00' }, ", 'mail.workingHours.to', 'leave no time'],
    ["workingHours: { from: '08:00' }, ", 'mail.workingHours.to', ''],
    ['capPerDay: 0, ', 'mail.capPerDay', ''],
    ['gatherMinutes: 1.5, ', 'mail.gatherMinutes', ''],
    ['gatherFor: 10, ', 'mail', 'gatherFor'],
  ])('%s is refused with its line and field', (pace, path, words) => {
    const [problem, ...others] = problemsOf(MAIL(pace));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line: MAIL('').trimEnd().split('\n').length });
    expect(problem!.path).toContain(path);
    expect(problem!.message).toContain(words);
  });

  test('differs value by value, and does not ask for screening', () => {
    const after = parsePolicy(edited(UK_TEXT, 'capPerDay: 3\n', 'capPerDay: 4\n'), 'uk.yaml');
    expect(diffPolicies(parsePolicy(UK_TEXT, 'uk.yaml'), after)).toEqual([
      { kind: 'changed', section: 'mail', row: '', field: 'capPerDay', before: 3, after: 4 },
    ]);
  });

  test('a policy that was stored before there was one keeps its digest and gets the product’s pace', () => {
    const now = parsePolicy(MAIL(''), 'small.yaml');
    const { gatherMinutes: _gather, digestAt: _digest, workingHours: _hours, capPerDay: _cap, ...mail } = now.mail;
    const stored = { ...now, mail } as StoredPolicy;
    expect(completed(stored)).toEqual(now);
    expect(policyDigest(completed(stored))).toBe(policyDigest(now));
    expect(policyDigest(parsePolicy(MAIL('capPerDay: 4, '), 'small.yaml'))).not.toBe(policyDigest(now));
  });
});
