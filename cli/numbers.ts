import { InvalidArgumentError } from 'commander';

/** Parses an option's whole number. @param least the smallest that is allowed */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`${option} takes a whole number from ${least} on.`);
  };
}
