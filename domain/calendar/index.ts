export { type BankHolidays } from './bank-holidays';
export { calendarOf, type NationCalendar } from './calendar-of';
export { civilDate } from './dates';
export { passedOver, type PassedOver } from './passed-over';
export {
  localDate,
  localInstant,
  workingDate,
  workingDaysAfter,
  workingDaysBetween,
  type WorkingCalendar,
} from './working-days';
