import { isIP, SocketAddress } from 'node:net';
import { MAC_NOTATIONS, parseMac } from '../domain/mac';
import { CellProblem } from './problem';

/** Reads one cell: a value, null where the cell says nothing, or what is wrong with it. */
export type CellParser<T> = (cell: string) => T | null | CellProblem;

const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;
const BEYOND_ASCII = /[^\t\n\r -~]/;
/** Of no width and no meaning in an inventory: they come with text pasted from web pages. */
const INVISIBLE = /\p{Cf}/gu;
/** Control characters, and halves of characters, which no database takes. */
const UNUSABLE = /[\p{Cc}\p{Cs}]/u;

/** Words that mean "not said". */
const FILLERS: ReadonlySet<string> = new Set([
  '',
  '-',
  '--',
  '---',
  '?',
  '??',
  '.',
  '/',
  '#n/a',
  'n/a',
  'n.a.',
  'na',
  'nil',
  'none',
  'null',
  'not applicable',
  'not known',
  'not recorded',
  'tba',
  'tbc',
  'tbd',
  'unk',
  'unknown',
  '(blank)',
]);

/** True where a cell holds nothing, or a word that people type for nothing. */
export function isFiller(text: string): boolean {
  return text === '' || (text.length <= 14 && FILLERS.has(text.toLowerCase()));
}

/** One line, composed (NFC), trimmed, white space single, invisible characters gone. Null where control characters are left. */
export function tidy(cell: string): string | null {
  if (cell === '') return '';
  if (PLAIN.test(cell) && !cell.includes('  ')) return cell;
  const visible = BEYOND_ASCII.test(cell) ? cell.normalize('NFC').replace(INVISIBLE, '') : cell;
  const flat = visible.replace(/\s+/g, ' ').trim();
  return UNUSABLE.test(flat) ? null : flat;
}

const BAD_CHARACTERS = new CellProblem('bad-characters', 'It holds control characters.', 'Type the value again.');

function tooLong(limit: number): CellProblem {
  return new CellProblem(
    'too-long',
    `It is longer than ${limit} characters.`,
    'Shorten it, and look for a quote that is missing on this line.',
  );
}

export const MISSING = new CellProblem('missing-value', 'It is blank.', 'Fill it in.');

/** Free text on one line. */
export function text(limit: number): CellParser<string> {
  const problem = tooLong(limit);
  return (cell) => {
    const value = tidy(cell);
    if (value === null) return BAD_CHARACTERS;
    if (isFiller(value)) return null;
    return value.length > limit ? problem : value;
  };
}

/** Makes a blank cell a problem. */
export function required<T>(parse: CellParser<T>): CellParser<T> {
  return (cell) => parse(cell) ?? MISSING;
}

/** Longest identifier. */
export const MAX_ID = 100;
const ID_TOO_LONG = tooLong(MAX_ID);
const NOT_IN_ID = /["<>\\]/;
const ID_CHARACTERS = new CellProblem(
  'bad-characters',
  'An identifier holds none of " < > \\.',
  'Use letters, digits and - _ . / instead.',
);
/** Excel turns a long number into this, and its last digits are gone. */
const SCIENTIFIC = /^\d(?:[.,]\d+)?E\+?\d+$/i;
const MANGLED = new CellProblem(
  'mangled-number',
  'Excel has shortened a long number, and its last digits are gone.',
  'Format the column as text in Excel, fill the whole number in again and export the file again.',
);

/** An identifier: asset, site, department. Upper and lower case differ. */
export const identifier: CellParser<string> = (cell) => {
  const value = tidy(cell);
  if (value === null) return BAD_CHARACTERS;
  if (isFiller(value)) return null;
  if (value.length > MAX_ID) return ID_TOO_LONG;
  if (NOT_IN_ID.test(value)) return ID_CHARACTERS;
  return SCIENTIFIC.test(value) ? MANGLED : value;
};

const SERIAL = text(MAX_ID);

export const serial: CellParser<string> = (cell) => {
  const value = SERIAL(cell);
  return typeof value === 'string' && SCIENTIFIC.test(value) ? MANGLED : value;
};

const BAD_MAC = new CellProblem('bad-mac', 'It is no MAC address.', `Write it as ${MAC_NOTATIONS}.`);
const EMPTY_MACS: ReadonlySet<string> = new Set(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']);

/** @returns lower-case, colon-separated; null for the address of nothing (all zeros) and of everything (all ones) */
export const mac: CellParser<string> = (cell) => {
  const direct = parseMac(cell);
  if (direct !== null) return EMPTY_MACS.has(direct) ? null : direct;
  const value = tidy(cell);
  if (value === null) return BAD_CHARACTERS;
  if (isFiller(value)) return null;
  if (SCIENTIFIC.test(value)) return MANGLED;
  // A dash that a word processor has beautified.
  const parsed = parseMac(value.replace(/[‐-―−]/g, '-'));
  if (parsed === null) return BAD_MAC;
  return EMPTY_MACS.has(parsed) ? null : parsed;
};

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
const BAD_IP = new CellProblem(
  'bad-ip',
  'It is no IP address.',
  'Write one address such as 10.20.30.40 or 2001:db8::1, without port, mask or leading zeros.',
);

/** IPv4 or IPv6; the latter in its short form. */
export const ip: CellParser<string> = (cell) => {
  if (IPV4.test(cell)) return cell;
  const value = tidy(cell);
  if (value === null) return BAD_CHARACTERS;
  if (isFiller(value)) return null;
  switch (isIP(value)) {
    case 4:
      return value;
    case 6:
      return value.includes('%') ? BAD_IP : new SocketAddress({ address: value, family: 'ipv6' }).address;
    default:
      return BAD_IP;
  }
};

/** A whole number of days. */
export function days(limit: number): CellParser<number> {
  const problem = new CellProblem(
    'bad-number',
    `It is no whole number of days from 0 to ${limit}.`,
    'Write digits only, such as 10.',
  );
  return (cell) => {
    const value = tidy(cell);
    if (value === null) return BAD_CHARACTERS;
    if (isFiller(value)) return null;
    if (!/^\d{1,5}(?:\.0+)?$/.test(value)) return problem;
    return Number(value) > limit ? problem : Number(value);
  };
}

const EMAIL =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;
const BAD_EMAIL = new CellProblem(
  'bad-email',
  'It is no e-mail address.',
  'Write one address alone, such as name@department.example, without a name or brackets.',
);

/** One bare address (the dot-atom form of RFC 5322), which cannot carry a second header or recipient. */
export const email: CellParser<string> = (cell) => {
  const value = tidy(cell);
  if (value === null) return BAD_CHARACTERS;
  if (isFiller(value)) return null;
  if (value.length > 254 || value.indexOf('@') > 64 || !EMAIL.test(value)) return BAD_EMAIL;
  return value;
};

/** Remembers answers: worth it for columns whose values repeat. */
export function remembering<T>(parse: CellParser<T>, limit = 20_000): CellParser<T> {
  const known = new Map<string, T | null | CellProblem>();
  return (cell) => {
    const before = known.get(cell);
    if (before !== undefined) return before;
    const value = parse(cell);
    if (known.size >= limit) known.clear();
    if (cell.length <= 200) known.set(cell, value);
    return value;
  };
}
