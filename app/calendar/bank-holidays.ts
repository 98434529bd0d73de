import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BankHolidays } from '../../domain/calendar/bank-holidays';
import { packageRoot } from '../../platform/paths';

let loaded: BankHolidays | undefined;

/** The bank holidays that the package ships, read on first use and kept. Made by tools/bank-holidays.mjs. */
export function bankHolidays(): BankHolidays {
  loaded ??= JSON.parse(readFileSync(join(packageRoot(), 'policy', 'bank-holidays.json'), 'utf8')) as BankHolidays;
  return loaded;
}
