import { type Command } from 'commander';
import { wholeNumber } from './numbers';

/** What a screen holds; programs get everything unless they ask for less. */
export const SCREENFUL = 50;

/** Adds `--limit` and `--after` to a list. @param what the list is of, for the help */
export function withPage(command: Command, what: string): Command {
  return command
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1))
    .option('--after <id>', `the page after this ${what}`);
}

/** The line below a list. */
export function listEnd(shown: number, total: number, next: string | null): string {
  return next === null ? `${total} in all.` : `${shown} of ${total}. More: --after ${next}`;
}
