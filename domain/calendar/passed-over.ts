import { type IsoDate } from '../records';
import { type NationCalendar } from './calendar-of';
import { dayNumber, isoDate } from './dates';

/** A date that was not counted, and why: `Saturday`, `Sunday` or a bank holiday's name. */
export interface PassedOver {
  readonly date: IsoDate;
  readonly name: string;
}

/**
 * The dates without work on the way from one date to another, in the order of the way; neither end counts, except that a
 * way of zero working days passes over its start too.
 * @throws Failure `beyond-calendar`, `bad-date`
 */
export function passedOver(calendar: NationCalendar, from: IsoDate, n: number, to: IsoDate): readonly PassedOver[] {
  const step = n < 0 ? -1 : 1;
  const end = dayNumber(to);
  const found: PassedOver[] = [];
  for (let day = dayNumber(from) + (n === 0 ? 0 : step); (end - day) * step > 0; day += step) {
    const date = isoDate(day);
    const name = calendar.whyNot(date);
    if (name !== null) found.push({ date, name });
  }
  return found;
}
