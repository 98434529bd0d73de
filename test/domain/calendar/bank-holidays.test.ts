import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bankHolidays } from '../../../app/calendar/bank-holidays';
import { NATIONS } from '../../../domain/vocabulary';
import { packageRoot } from '../../../platform/paths';

const FILE = join(packageRoot(), 'policy', 'bank-holidays.json');

interface Correction {
  readonly on: string;
  readonly nations: readonly string[];
  readonly name: string | null;
  readonly source: string;
  readonly date: string;
  readonly confidence: string;
}

const holidays = bankHolidays();

test('the committed file is what the library and the listed corrections make', () => {
  const made = execFileSync(process.execPath, [join(packageRoot(), 'tools', 'bank-holidays.mjs'), '--print'], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(readFileSync(FILE, 'utf8')).toBe(made);
});

test('every correction says its source, the date and how sure it is, and is in the data', () => {
  const { corrections } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly corrections: readonly Correction[] };
  expect(corrections.length).toBeGreaterThan(0);
  for (const { on, nations, name, source, date, confidence } of corrections) {
    expect(source.length).toBeGreaterThan(20);
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(['high', 'medium', 'low']).toContain(confidence);
    for (const nation of NATIONS.filter((one) => nations.includes(one))) {
      expect(holidays.nations[nation][on] ?? null).toBe(name);
    }
  }
});

describe.each(NATIONS)('the bank holidays of %s', (nation) => {
  const dates = Object.keys(holidays.nations[nation]);

  test('cover every year from 2012 to 2050, on Monday to Friday, in order', () => {
    expect([...dates].sort()).toEqual(dates);
    expect(dates.filter((date) => [0, 6].includes(new Date(date).getUTCDay()))).toEqual([]);
    const years = new Set(dates.map((date) => Number(date.slice(0, 4))));
    expect([...years]).toEqual(Array.from({ length: 39 }, (_, at) => 2012 + at));
    expect([holidays.firstYear, holidays.lastYear]).toEqual([2012, 2050]);
  });

  test('are eight a year at least, nine in Scotland, ten in Northern Ireland, and more in a year of one-off days', () => {
    const usual = { 'england-and-wales': 8, scotland: 9, 'northern-ireland': 10 }[nation];
    const more: Record<number, number> = { 2012: 1, 2022: 2, 2023: 1, ...(nation === 'scotland' ? { 2026: 1 } : {}) };
    for (let year = 2012; year <= 2050; year += 1) {
      const count = dates.filter((date) => date.startsWith(String(year))).length;
      expect([year, count]).toEqual([year, usual + (more[year] ?? 0)]);
    }
  });
});
