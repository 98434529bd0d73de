import { dayNumber, isWeekend } from '../calendar/dates';
import { type Nation, NATIONS } from '../vocabulary';
import { type Policy } from './policy';
import { type PolicyProblem } from './problem';

/** Hours in the wrong order, days that no row can change, and days that two rows speak about. */
export function* calendarProblems({ calendar }: Pick<Policy, 'calendar'>): Generator<PolicyProblem> {
  const { startOfDay, closeOfDay } = calendar;
  if (startOfDay >= closeOfDay) {
    const message = `A day that closes at ${closeOfDay} cannot start at ${startOfDay}.`;
    yield { path: ['calendar', 'closeOfDay'], message, hint: 'Put the two times in order.' };
  }
  const seen = new Map<string, string>();
  for (const list of ['add', 'remove'] as const) {
    for (const [at, { on, nation }] of calendar[list].entries()) {
      const path = ['calendar', list, at, 'on'];
      if (isWeekend(dayNumber(on))) {
        yield { path, message: `${on} is a Saturday or Sunday, which is never a working day.`, hint: 'Remove this row, or correct the date.' };
      }
      const nations: readonly Nation[] = nation === null ? NATIONS : [nation];
      const twice = nations.find((one) => seen.has(`${on} ${one}`));
      if (twice !== undefined) {
        const message = `${on} in ${twice} stands under ${seen.get(`${on} ${twice}`) ?? ''} already.`;
        yield { path, message, hint: 'Keep one row for a day and nation; a row without a nation is for all three.' };
      }
      for (const one of nations) seen.set(`${on} ${one}`, list);
    }
  }
}
