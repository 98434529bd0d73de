import { unusable } from './unusable';

const AS_CSV = 'Export it as CSV (UTF-8) or .xlsx and import that.';

/** Files that people send instead of an inventory, by their first bytes. */
const STRANGERS: readonly { readonly magic: string; readonly what: string; readonly hint: string }[] = [
  {
    magic: 'd0cf11e0a1b11ae1',
    what: 'an old Excel workbook (.xls) or one protected with a password',
    hint: 'Open it in Excel, remove the password and save it as .xlsx or as CSV (UTF-8).',
  },
  { magic: '25504446', what: 'a PDF', hint: AS_CSV },
  { magic: '89504e47', what: 'a picture (PNG)', hint: AS_CSV },
  { magic: 'ffd8ff', what: 'a picture (JPEG)', hint: AS_CSV },
  { magic: '47494638', what: 'a picture (GIF)', hint: AS_CSV },
  { magic: '1f8b', what: 'compressed (gzip)', hint: 'Unpack it first, then import the file inside.' },
  { magic: '377abcaf271c', what: 'compressed (7z)', hint: 'Unpack it first, then import the file inside.' },
  { magic: '526172211a07', what: 'compressed (RAR)', hint: 'Unpack it first, then import the file inside.' },
  { magic: '7f454c46', what: 'a program', hint: AS_CSV },
  { magic: '4d5a9000', what: 'a program', hint: AS_CSV },
  { magic: '53514c69746520666f726d617420', what: 'an SQLite database', hint: AS_CSV },
];

/** @throws Failure where the first bytes are those of something that is no table */
export function rejectStrangers(head: Buffer, name: string): void {
  const hex = head.subarray(0, 16).toString('hex');
  const stranger = STRANGERS.find(({ magic }) => hex.startsWith(magic));
  if (stranger !== undefined) throw unusable('not-a-table', `${name} is ${stranger.what}, not a table.`, stranger.hint);
  const start = head.subarray(0, 512).toString('latin1').replace(/^ï»¿/, '').trimStart().toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) {
    throw unusable(
      'not-a-table',
      `${name} is a web page, not a table: perhaps a sign-in page was saved in its place.`,
      'Download it again.',
    );
  }
  if (start.startsWith('<?xml'))
    throw unusable('not-a-table', `${name} is XML, which this version does not import.`, AS_CSV);
  if (/^[[{]\s*["[{]/.test(start)) throw unusable('not-a-table', `${name} is JSON, not a table.`, AS_CSV);
}
