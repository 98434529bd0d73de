import { describe, expect, test } from '@jest/globals';
import { assessedClass, classByAnswers, type SiteAnswers } from '../../domain/site-assessment';
import { type Sensitivity } from '../../domain/vocabulary';

const NO: SiteAnswers = { secret: 'no', vetted: 'no', ministers: 'no', socpa: 'no' };

describe('the four questions', () => {
  test.each(['secret', 'vetted', 'ministers', 'socpa'] as const)(
    'a yes to %s alone makes a site sensitive',
    (question) => {
      expect(classByAnswers({ ...NO, [question]: 'yes' })).toBe('sensitive');
      expect(classByAnswers({ [question]: 'yes' })).toBe('sensitive');
    },
  );

  test('four times no makes it not sensitive; three leave it open', () => {
    expect(classByAnswers(NO)).toBe('not-sensitive');
    expect(classByAnswers({ secret: 'no', vetted: 'no', ministers: 'no' })).toBeNull();
  });
});

describe('an assessment', () => {
  test.each<[string, Sensitivity | null, SiteAnswers, Sensitivity]>([
    ['by answers alone', null, { ministers: 'yes' }, 'sensitive'],
    ['by its word alone', 'not-sensitive', {}, 'not-sensitive'],
    ['back to nothing', 'unassessed', {}, 'unassessed'],
    ['by both, where they agree', 'not-sensitive', NO, 'not-sensitive'],
    ['by its word, where the answers leave it open', 'sensitive', { secret: 'no' }, 'sensitive'],
  ])('%s', (_how, stated, answers, found) => {
    expect(assessedClass(stated, answers)).toBe(found);
  });

  test.each<[string, Sensitivity | null, SiteAnswers, string]>([
    ['a yes and not sensitive', 'not-sensitive', { socpa: 'yes' }, 'answers-contradict'],
    ['a yes and unassessed', 'unassessed', { socpa: 'yes' }, 'answers-contradict'],
    ['four times no and sensitive', 'sensitive', NO, 'answers-contradict'],
    ['nothing at all', null, {}, 'nothing-assessed'],
    ['some answers that are no', null, { secret: 'no' }, 'answers-incomplete'],
  ])('of %s is refused', (_what, stated, answers, code) => {
    expect(() => assessedClass(stated, answers)).toThrow(expect.objectContaining({ code }));
  });
});
