import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adviceOn } from '../../domain/deployment-advice';
import {
  LONGEST_ANSWER,
  makeReference,
  QUESTION_FIELDS,
  type QuestionText,
  readQuestion,
  readReference,
} from '../../domain/deployment-check';
import { DECISIONS, SCREENING_RESULTS } from '../../domain/vocabulary';

const NOTHING: QuestionText = { make: '', model: '', mac: '', type: '', site: '' };

describe('what somebody typed becomes a question', () => {
  test('every field is read, spaces and invisible characters left out', () => {
    const typed = {
      make: '  Hik\u200bvision \n',
      model: 'DS-2CD',
      mac: '44-19-B6-00-00-01',
      type: 'dome\tcamera',
      site: ' S-1 ',
    };
    expect(readQuestion(typed)).toEqual({
      question: {
        make: 'Hikvision',
        model: 'DS-2CD',
        mac: '44:19:b6:00:00:01',
        deviceType: 'dome camera',
        site: 'S-1',
      },
    });
  });

  test.each(['make', 'model'] as const)('%s alone is enough', (field) => {
    expect(readQuestion({ ...NOTHING, [field]: 'x' })).toHaveProperty(`question.${field}`, 'x');
  });

  test('a MAC address alone is enough', () => {
    expect(readQuestion({ ...NOTHING, mac: '4419.b600.0001' })).toHaveProperty('question.mac', '44:19:b6:00:00:01');
  });

  test('nothing to go by is a problem of the first field', () => {
    const answer = readQuestion({ ...NOTHING, make: ' \u0000 ', type: 'camera', site: 'S-1' });
    expect(answer).toEqual({ problems: [{ field: 'make', text: expect.stringContaining('one of them is needed') }] });
  });

  test('a MAC address that is none is said so, with how to write one', () => {
    const answer = readQuestion({ ...NOTHING, make: 'Axis', mac: '44:19:b6' });
    expect(answer).toEqual({ problems: [{ field: 'mac', text: expect.stringContaining('44:19:b6:00:00:01') }] });
  });

  test('each field has its own limit', () => {
    const long = 'x'.repeat(LONGEST_ANSWER + 1);
    const answer = readQuestion({ make: long, model: long, mac: long, type: long, site: long });
    expect('problems' in answer && answer.problems.map(({ field }) => field)).toEqual([...QUESTION_FIELDS]);
  });

  test('any text is a question or has a problem, and a question holds nothing that a register cannot keep', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(fc.record({ make: text, model: text, mac: text, type: text, site: text }), (typed) => {
        const answer = readQuestion(typed);
        if ('problems' in answer) return answer.problems.length > 0;
        const values = Object.values(answer.question);
        return values.every((value: string | null) => value === null || /^[^\p{Cc}\p{Cf}\p{Cs}]+$/u.test(value));
      }),
    );
  });
});

describe('references', () => {
  test('are read as they are made, in either case', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2026, max: 2099 }),
        fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
        (year, draws) => {
          let next = 0;
          const reference = makeReference(year, (below) => draws[next++]! % below);
          expect(reference).toMatch(/^DC-\d{4}-[2-9A-HJKMNP-TV-Z]{6}$/);
          expect(readReference(` ${reference.toLowerCase()} `)).toBe(reference);
        },
      ),
    );
  });

  test.each(['', 'DC-2026-7KQ4M', 'DC-2026-7KQ4M20', 'DC-2026-7KQ4MO', "DC-2026-7KQ4M2'", 'CASE-1'])(
    '%p is none',
    (text) => {
      expect(readReference(text)).toBeNull();
    },
  );
});

describe('what to do next', () => {
  const every = DECISIONS.flatMap((decision) => SCREENING_RESULTS.map((result) => ({ decision, result })));

  test.each(every)('$decision of $result says what it means and what to do', ({ decision, result }) => {
    const { meaning, steps } = adviceOn({ decision, result, inScope: true }, { known: false });
    expect(meaning).toMatch(/\.$/);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.join(' ')).not.toMatch(/\b(covered|refer|refers|block|blocked|escalated|urgent|safe)\b/i);
  });

  test('a refusal that only rests on a sensitive site being assumed says so', () => {
    const site = { known: true, siteId: 'S-1', name: 'Main building', sensitivity: 'sensitive' } as const;
    const refused = { decision: 'block', result: 'covered', inScope: true } as const;
    expect(adviceOn(refused, { known: false }).steps.join(' ')).toContain('for a sensitive site');
    expect(adviceOn(refused, site).steps.join(' ')).not.toContain('for a sensitive site');
  });
});
