import { type Pool } from 'pg';
import { localInstant } from '../../domain/calendar';
import { leavesAt } from '../../domain/mail/pace';
import { type Instant, type IsoDate } from '../../domain/records';
import { DEFAULT_NATION } from '../../domain/vocabulary';
import { messagesTo } from '../../register/mail-pace';
import { type WaitingMail } from '../../register/mail-preview';
import { nationOf } from '../../register/recipient';
import { readyAt } from './pace';
import { type ProgrammeMail } from './setting';

/** Midnight to midnight of a local date. */
export function dayOf(mail: ProgrammeMail, date: IsoDate): { readonly from: Instant; readonly to: Instant } {
  const { pace } = mail.calendar(DEFAULT_NATION);
  const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
  return { from: localInstant(pace, date, '00:00'), to: localInstant(pace, next, '00:00') };
}

/**
 * When what waits for an address leaves, if nothing is written meanwhile and the mail server takes it.
 * @returns null = held, so nobody knows
 */
export async function leavingOf(
  pool: Pool,
  mail: ProgrammeMail,
  waiting: WaitingMail,
  now: Instant,
): Promise<Instant | null> {
  if (waiting.held) return null;
  const nation = await nationOf(pool, waiting.contactId);
  const unpaced = waiting.unpaced.map((row) => readyAt({ ...row, nation }, mail, now));
  const ready = [...unpaced, ...(waiting.readyAt === null ? [] : [waiting.readyAt])];
  const today = mail.today(now);
  const { from, to } = dayOf(mail, today);
  const sent = await messagesTo(pool, waiting.deputy ?? waiting.address, from, to);
  const sentOn = (date: IsoDate): number => (date === today ? sent : 0);
  return leavesAt(ready, sentOn, mail.calendar(nation).pace, mail.pacing, now);
}
