import { type MailCalendar, mailCalendarOf } from '../../domain/mail/calendars';
import { type Policy } from '../../domain/policy/policy';
import { type Nation } from '../../domain/vocabulary';
import { bankHolidays } from '../calendar/bank-holidays';

/** The mail calendar of a nation under a policy and the shipped bank holidays. */
export function mailCalendar(policy: Policy, nation: Nation): MailCalendar {
  return mailCalendarOf(policy, nation, bankHolidays());
}
