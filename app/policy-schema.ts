import { z } from 'zod';
import { DEFAULT_CALENDAR, DEFAULT_PACING, DEFAULT_ZONE } from '../domain/policy/defaults';
import { CONFIDENCES, SCOPES } from '../domain/policy/policy';
import { NATIONS, ROLES } from '../domain/vocabulary';

/** More rows than any list in force has; a bound, so that a hostile file costs no minutes. */
const MOST_ROWS = 5_000;
const LONGEST_TEXT = 500;
const DAYS = 3_650;

const text = z.string().trim().min(1, 'is empty').max(LONGEST_TEXT);
const id = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters and digits, joined by single hyphens')
  .max(80);
const date = z.iso.date('must be a calendar date written YYYY-MM-DD');
const days = z.int().min(0).max(DAYS);
const provenance = { source: z.string(), date, confidence: z.enum(CONFIDENCES) };
const names = z.array(text).max(MOST_ROWS).default([]);

/** A list of rows, each with its provenance. */
function rows<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.array(z.strictObject({ ...shape, ...provenance })).max(MOST_ROWS);
}

/** A section that is one row. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...shape, ...provenance });
}

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day written HH:MM, 00:00 to 23:59');
const calendarDays = rows({ on: date, nation: z.enum(NATIONS).nullable().default(null), name: text }).default([]);
const siteClass = section({ scope: z.enum(SCOPES), removalDate: date.nullable() });
const role = z.enum(ROLES);

/** A policy file's document, less what only the whole can tell (domain/policy/check). Unknown keys are errors. */
export const policyDocument = z.strictObject({
  id,
  version: z.string('must be text: put the version in quotes').trim().min(1).max(40),
  title: text,
  zone: z.string().default(DEFAULT_ZONE),
  sources: z.record(id, text),
  calendar: section({
    closeOfDay: time.default(DEFAULT_CALENDAR.closeOfDay),
    startOfDay: time.default(DEFAULT_CALENDAR.startOfDay),
    add: calendarDays,
    remove: calendarDays,
  }).optional(),
  ceaseDeployment: section({ from: date }),
  siteClasses: z.strictObject({ sensitive: siteClass, 'not-sensitive': siteClass, unassessed: siteClass }),
  stageBudgets: section({
    days: z.strictObject({ assess: days, disconnect: days, schedule: days, remove: days, verify: days }),
  }),
  deadlines: section({ upgradeMarginDays: days, orderLeadDays: days }).optional(),
  extensions: section({ longestDays: days, most: z.int().min(0).max(100) }).optional(),
  exceptions: section({ longestDays: days, most: z.int().min(0).max(100) }).optional(),
  ladder: section({
    rungs: z
      .array(z.strictObject({ days: z.int().min(-DAYS).max(DAYS), to: z.array(role).min(1) }))
      .min(1)
      .max(100),
    thenEvery: z.strictObject({ days: z.int().min(1).max(DAYS), to: z.literal('everyone-told') }),
  }).optional(),
  rag: section({ amberWithinDays: days }).optional(),
  mail: section({
    revealAssets: z.boolean().default(true),
    revealSites: z.boolean(),
    revealMakes: z.boolean(),
    gatherMinutes: z.int().min(0).max(240).default(DEFAULT_PACING.gatherMinutes),
    digestAt: time.default(DEFAULT_PACING.digestAt),
    workingHours: z.strictObject({ from: time, to: time }).default(DEFAULT_PACING.workingHours),
    capPerDay: z.int().min(1).max(100).default(DEFAULT_PACING.capPerDay),
  }).optional(),
  deviceTypes: rows({ type: text, synonyms: names, scope: z.enum(SCOPES) }).default([]),
  vendors: rows({ id, name: text, aliases: names, subsidiaries: rows({ name: text, aliases: names }).default([]) }).min(
    1,
  ),
  rebrands: rows({ brand: text, aliases: names, vendor: id }).default([]),
  falseFriends: rows({ name: text }).default([]),
  ouis: rows({ organisation: text, vendor: id }).default([]),
  modelPatterns: rows({ pattern: text, vendor: id }).default([]),
});

export type PolicyDocument = z.output<typeof policyDocument>;
