import { type Pool, type PoolClient } from 'pg';
import { localDate } from '../../domain/calendar';
import { type MailCalendar } from '../../domain/mail/calendars';
import { type MailPacing, type Policy } from '../../domain/policy/policy';
import { type Instant, type IsoDate } from '../../domain/records';
import { DEFAULT_NATION, type Nation } from '../../domain/vocabulary';
import { type MailSetting } from '../../notify/rows';
import { type Config } from '../../platform/config';
import { policyOf } from '../../register/current-policy';
import { mailCalendar } from './calendars';

type MailConfig = Pick<Config, 'publicUrl' | 'mailFrom' | 'source'>;

/** What the mail of a programme is timed and written by. */
export class ProgrammeMail {
  constructor(
    readonly policy: Policy,
    private readonly config: MailConfig,
  ) {}

  /** @throws Failure `unknown-programme` */
  static async of(db: Pool | PoolClient, programmeId: string, config: MailConfig): Promise<ProgrammeMail> {
    return new ProgrammeMail(await policyOf(db, programmeId), config);
  }

  get pacing(): MailPacing {
    return this.policy.mail;
  }

  calendar(nation: Nation): MailCalendar {
    return mailCalendar(this.policy, nation);
  }

  /** The local date, on which people are there or away and messages are counted: the same for every nation. */
  today(now: Instant): IsoDate {
    return localDate(this.calendar(DEFAULT_NATION).pace, now);
  }

  /** What every message is composed with. */
  setting(): MailSetting {
    const { title, mail } = this.policy;
    const { revealAssets, revealSites, revealMakes } = mail;
    return {
      programmeTitle: title,
      zone: this.policy.zone,
      daysIn: (nation) => this.calendar(nation).days,
      revealAssets,
      revealSites,
      revealMakes,
      publicUrl: reachable(this.config),
      from: this.config.mailFrom,
    };
  }
}

/**
 * An address of this machine is of no use to whoever reads the mail elsewhere: it is left out, unless the mail stays on
 * this machine too, in the files of `clearsite up`.
 */
export function reachable({ publicUrl, source }: Pick<Config, 'publicUrl' | 'source'>): string {
  return source.smtp !== 'up' && /^https?:\/\/(127\.|localhost|\[::1\])/.test(publicUrl) ? '' : publicUrl;
}
