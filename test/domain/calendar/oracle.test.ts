import { describe, expect, test } from '@jest/globals';
import { workingDaysAfter } from '../../../domain/calendar';
import { calendarFor } from '../../support/calendars';
import { about, oracleCases } from '../../support/due-oracle';

describe('deadlines worked out by Python with other data are ours', () => {
  test('the file says how it was made, and holds what it says', () => {
    expect(about()).toMatchObject({ seed: 20221124, count: 20_000, elsewhere: 2_000, holidays: '0.109' });
    const cases = oracleCases();
    expect(cases).toHaveLength(22_000);
    expect(cases.filter(({ zone }) => zone === 'Europe/London')).toHaveLength(20_000);
    for (const nation of ['england-and-wales', 'scotland', 'northern-ireland']) {
      expect(cases.filter((one) => one.nation === nation).length).toBeGreaterThan(5_000);
    }
  });

  test('20,000 in London and 2,000 in other zones, without a difference', () => {
    const differences = oracleCases().filter(
      ({ start, workingDays, nation, zone, expected }) =>
        workingDaysAfter(calendarFor(nation, {}, zone), start, workingDays) !== expected,
    );
    expect(differences).toEqual([]);
  });
});
