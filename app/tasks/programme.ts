import { type Pool } from 'pg';
import { type WorkingCalendar } from '../../domain/calendar';
import { distanceOf, type Distance, distanceWords, readableDate } from '../../domain/dates-for-people';
import { type Policy } from '../../domain/policy/policy';
import { type Instant, type IsoDate } from '../../domain/records';
import { type Severity, severityOf } from '../../domain/tasks/severity';
import { type Nation } from '../../domain/vocabulary';
import { theProgramme } from '../../register/current-policy';
import { ProgrammeMail } from '../mail/setting';
import { type Services } from '../services';

/** A due date as people read it. */
export interface DueWords {
  /** "Friday 4 December"; null = no clock runs. */
  readonly date: string | null;
  /** "in 3 working days", "2 working days late"; empty where the date says it all. */
  readonly when: string;
  readonly severity: Severity;
}

/** How the programme counts and names days, at one moment. */
export class TaskDays {
  constructor(
    private readonly mail: ProgrammeMail,
    readonly programmeId: string,
    readonly now: Instant,
  ) {}

  /** @throws Failure `no-policy` */
  static async of(services: Services, pool: Pool, now: Instant): Promise<TaskDays> {
    const { programmeId } = await theProgramme(pool);
    return new TaskDays(await ProgrammeMail.of(pool, programmeId, services.config), programmeId, now);
  }

  get policy(): Policy {
    return this.mail.policy;
  }

  /** The local date. */
  get today(): IsoDate {
    return this.mail.today(this.now);
  }

  setting() {
    return this.mail.setting();
  }

  private calendar(nation: Nation): WorkingCalendar {
    return this.mail.calendar(nation).days;
  }

  date(instant: Instant): string {
    return readableDate(instant, this.now, this.policy.zone);
  }

  /** A civil date; noon, so that it is the same one in every zone of the country. */
  day(date: IsoDate): string {
    return this.date(`${date}T12:00:00.000Z`);
  }

  due(instant: Instant | null, nation: Nation): DueWords {
    const distance: Distance | null = instant === null ? null : distanceOf(instant, this.now, this.calendar(nation));
    return {
      date: instant === null ? null : this.date(instant),
      when: distance === null ? '' : distanceWords(distance),
      severity: severityOf(distance),
    };
  }
}
