import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicy } from '../../app/policy-file';
import { packageRoot } from '../../platform/paths';

const TODAY = '2030-05-15';

function generate(today: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'clearsite-example-'));
  execFileSync(process.execPath, [join(packageRoot(), 'examples', 'generate.mjs'), folder, today]);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const rows = (text: string | undefined): Record<string, string>[] => parse(text ?? '', { columns: true }) as Record<string, string>[];

describe('the synthetic example programme', () => {
  let files: Record<string, string>;
  beforeAll(() => {
    files = generate(TODAY);
  });

  test('is the same for the same day, and another for another', () => {
    expect(generate(TODAY)).toEqual(files);
    expect(generate('2030-05-16')).not.toEqual(files);
  });

  test('has a policy that is valid, says that it is synthetic, and has dates on both sides of the day', () => {
    const policy = parsePolicy(files['policy.yaml'] ?? '', 'policy.yaml');
    expect(policy.title).toMatch(/synthetic/i);
    const dates = Object.values(policy.siteClasses).flatMap(({ removalDate }) => removalDate ?? []);
    expect(dates.some((date) => date < TODAY)).toBe(true);
    expect(dates.some((date) => date > TODAY)).toBe(true);
  });

  test('has 12 sites of three departments, in every nation and of every class', () => {
    const sites = rows(files['sites.csv']);
    expect(sites).toHaveLength(12);
    const values = (column: string): number => new Set(sites.map((site) => site[column])).size;
    expect([values('department_id'), values('nation'), values('sensitivity')]).toEqual([3, 3, 3]);
    expect(sites.every((site) => site['department_name']?.includes('(synthetic)'))).toBe(true);
  });

  test('writes to nobody who exists', () => {
    const addresses = rows(files['contacts.csv']).map(({ email }) => email);
    expect(addresses.length).toBeGreaterThan(9);
    expect(addresses.filter((address) => !address?.endsWith('.example'))).toEqual([]);
  });

  test('lists about 150 devices as departments do: five notations of a MAC, and none twice', () => {
    const devices = rows(files['devices.csv']);
    expect(devices.length).toBeGreaterThanOrEqual(145);
    expect(new Set(devices.map((device) => device['asset_id'])).size).toBe(devices.length);
    const shapes = devices.map(({ mac }) => mac?.replace(/[0-9a-f]/gi, 'x'));
    const notations = new Set(shapes.filter((shape) => shape !== ''));
    expect(notations.size).toBe(5);
    const states = devices.map((device) => device['network']);
    expect(new Set(states)).toEqual(new Set(['core', 'segregated', 'isolated', 'unknown']));
    expect(devices.filter((device) => device['parent_asset_id'] !== '').length).toBeGreaterThan(0);
  });
});
