import { type IsoDate } from '../records';

/** On which dates of a range people work, and when such a day ends. Never changes once made. */
export interface WorkingCalendar {
  /** IANA name of the zone whose dates and clock count. */
  readonly zone: string;
  /** Local, `HH:MM`. */
  readonly closeOfDay: string;
  /** The first and the last date that it speaks about. */
  readonly first: IsoDate;
  readonly last: IsoDate;
  /** @throws Failure `beyond-calendar` outside its range, `bad-date` */
  isWorkingDay(date: IsoDate): boolean;
}
