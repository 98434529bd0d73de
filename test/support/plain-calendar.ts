import { type Instant } from '../../domain/records';

/**
 * Bank holidays of England and Wales as announced, or, for years to come, as the Acts and the usual substitutes have them. Typed in by
 * hand: what is computed elsewhere is compared with this.
 */
const HOLIDAYS = new Set([
  ...['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31', '2026-12-25', '2026-12-28'],
  ...['2027-01-01', '2027-03-26', '2027-03-29', '2027-05-03', '2027-05-31', '2027-08-30', '2027-12-27', '2027-12-28'],
  ...['2028-01-03', '2028-04-14', '2028-04-17', '2028-05-01', '2028-05-29', '2028-08-28', '2028-12-25', '2028-12-26'],
  ...['2029-01-01', '2029-03-30', '2029-04-02', '2029-05-07', '2029-05-28', '2029-08-27', '2029-12-25', '2029-12-26'],
  ...['2030-01-01', '2030-04-19', '2030-04-22', '2030-05-06', '2030-05-27', '2030-08-26', '2030-12-25', '2030-12-26'],
  ...['2031-01-01', '2031-04-11', '2031-04-14', '2031-05-05', '2031-05-26', '2031-08-25', '2031-12-25', '2031-12-26'],
]);

const LONDON = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' });

/** The date in London. */
export function londonDate(instant: Instant): string {
  return LONDON.format(new Date(instant));
}

/** The instant at which it is a full hour in London on a date: the clock there is an hour ahead of UTC in summer. */
export function londonHour(date: string, hour: number): Instant {
  const winter = new Date(`${date}T${String(hour).padStart(2, '0')}:00:00.000Z`);
  const ahead = Number(CLOCK.format(winter)) - hour;
  return new Date(winter.getTime() - ahead * 3_600_000).toISOString();
}

function isWorkingDay(date: string): boolean {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !HOLIDAYS.has(date);
}

/** Steps a date day by day; 0 = the date itself, or the next working day. Only for 2026 to 2031. */
export function stepped(date: string, days: number): string {
  const step = days < 0 ? -1 : 1;
  let at = new Date(`${date}T12:00:00Z`);
  const iso = (): string => at.toISOString().slice(0, 10);
  const next = (): void => {
    at = new Date(at.getTime() + step * 86_400_000);
  };
  if (days === 0) {
    while (!isWorkingDay(iso())) next();
    return iso();
  }
  for (let left = Math.abs(days); left > 0;) {
    next();
    if (isWorkingDay(iso())) left -= 1;
  }
  return iso();
}
