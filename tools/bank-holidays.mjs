// Makes policy/bank-holidays.json: what the library date-holidays says of the three nations, as corrected below.
//   node tools/bank-holidays.mjs          writes the file
//   node tools/bank-holidays.mjs --print  prints what it would write
// Run it after raising date-holidays or adding a correction; the clocks of cases change only with the committed file.
import Holidays from 'date-holidays';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIRST_YEAR = 2012;
const LAST_YEAR = 2050;
/** The day on which library and corrections were last compared with gov.uk and with Python's holidays. */
const COMPARED = '2026-11-26';

const REGIONS = { 'england-and-wales': 'ENG', scotland: 'SCT', 'northern-ireland': 'NIR' };
const ALL = Object.keys(REGIONS);

/** Where the library is wrong. `name` null = no bank holiday. */
const CORRECTIONS = [
  {
    on: '2012-05-28',
    nations: ALL,
    name: null,
    source: 'gov.uk bank holidays: in 2012 the spring bank holiday was moved to 4 June for the Diamond Jubilee',
    date: '2026-11-26',
    confidence: 'high',
  },
  {
    on: '2012-06-04',
    nations: ALL,
    name: 'Spring bank holiday',
    source: 'gov.uk bank holidays: in 2012 the spring bank holiday was moved to 4 June for the Diamond Jubilee',
    date: '2026-11-26',
    confidence: 'high',
  },
  {
    on: '2026-06-15',
    nations: ['scotland'],
    name: 'World Cup bank holiday',
    source:
      'Royal Proclamation under section 1(3) of the Banking and Financial Dealings Act 1971 (Privy Council Office)',
    date: '2026-02-03',
    confidence: 'high',
  },
];

/** Dates are UTC here: only their weekday matters. */
const onWeekend = (date) => [0, 6].includes(new Date(date).getUTCDay());

function namesOf(nation) {
  const library = new Holidays('GB', REGIONS[nation]);
  const names = new Map();
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
    for (const { date, name, type } of library.getHolidays(year, 'en')) {
      if (type === 'public' || type === 'bank') names.set(date.slice(0, 10), name);
    }
  }
  for (const { on, nations, name } of CORRECTIONS) {
    if (!nations.includes(nation)) continue;
    // A correction that the library has taken over is to be removed, not kept for ever.
    if (names.has(on) === (name !== null)) throw new Error(`the correction of ${on} for ${nation} changes nothing`);
    if (name === null) names.delete(on);
    else names.set(on, name);
  }
  // Nobody works at a weekend anyway, and gov.uk lists the substitute day only.
  return Object.fromEntries([...names].filter(([date]) => !onWeekend(date)).sort());
}

const { version } = JSON.parse(
  readFileSync(join(dirname(createRequire(import.meta.url).resolve('date-holidays')), '..', 'package.json'), 'utf8'),
);
const document = {
  provenance: {
    source: `npm date-holidays ${version} (ISC and CC-BY-3.0) with the corrections below; later years by today's rules. Made by tools/bank-holidays.mjs`,
    date: COMPARED,
    confidence: 'high',
  },
  corrections: CORRECTIONS,
  firstYear: FIRST_YEAR,
  lastYear: LAST_YEAR,
  nations: Object.fromEntries(ALL.map((nation) => [nation, namesOf(nation)])),
};
const text = `${JSON.stringify(document, null, 2)}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(dirname(dirname(fileURLToPath(import.meta.url))), 'policy', 'bank-holidays.json'), text);
