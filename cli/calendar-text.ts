import { DateTime } from 'luxon';
import { type DueCase } from '../app/calendar/due-case';
import { printable } from './output';

/** So many are printed; `--json` has them all. */
const PRINTED = 40;

/** A due date in words, with why it is not earlier. */
export function dueText(due: DueCase): string {
  const { passedOver, zone, nation } = due;
  const at = DateTime.fromISO(due.due, { zone }).setLocale('en-GB');
  const lines = passedOver.slice(0, PRINTED).map(({ date, name }) => `  ${dayInWords(date)}  ${printable(name)}`);
  if (passedOver.length > PRINTED) lines.push(`  and ${passedOver.length - PRINTED} more (see --json)`);
  return [
    `Due on ${at.toFormat("cccc d LLLL yyyy 'at' HH:mm")} (${zone}): ${distance(due)}.`,
    lines.length === 0 ? 'No day was passed over.' : `Passed over (${nation}):`,
    ...lines,
  ].join('\n');
}

function distance({ start, workingDays, zone }: DueCase): string {
  const from = DateTime.fromISO(start, { zone }).setLocale('en-GB').toFormat('cccc d LLLL yyyy');
  if (workingDays === 0) return `the first working day from ${from} on`;
  const count = Math.abs(workingDays);
  return `${count} working ${count === 1 ? 'day' : 'days'} ${workingDays > 0 ? 'after' : 'before'} ${from}`;
}

function dayInWords(date: string): string {
  return DateTime.fromISO(date, { zone: 'utc' }).setLocale('en-GB').toFormat('ccc dd LLL yyyy');
}
