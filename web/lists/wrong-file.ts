import { Problem } from '../problems';
import { type Wrong } from './query';

/** A file that was asked for wrongly, as a page. */
export function wrongFile(problems: readonly Wrong[]): Problem {
  return new Problem(
    400,
    'There is a problem with this address',
    problems.map(({ name, message }) => `${name.slice(0, 40)}: ${message}.`).join(' '),
    ['Go back to the list, and choose the file below it.'],
  );
}
