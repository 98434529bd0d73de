import { type Pool } from 'pg';
import { nextMorning, notBefore } from '../../domain/mail/pace';
import { urgencyOf } from '../../domain/mail/urgency';
import { type Instant } from '../../domain/records';
import { NATIONS } from '../../domain/vocabulary';
import { bringLeasesBack, lockUnpaced, paceRows, unpaceBeyond, type UnpacedRow } from '../../register/mail-pace';
import { inTransaction } from '../../register/transaction';
import { LONGEST_WAIT, LEASE } from './send';
import { type ProgrammeMail } from './setting';

/** Rows that are paced in one transaction. */
const PAGE = 5_000;

/**
 * The earliest moment at which a row may leave.
 * @param now where the clock has been put back since it was written, this counts as the moment at which it was
 */
export function readyAt(
  row: Pick<UnpacedRow, 'kind' | 'writtenAt' | 'nation'>,
  mail: ProgrammeMail,
  now: Instant,
): Instant {
  const written = row.writtenAt < now ? row.writtenAt : now;
  return notBefore(urgencyOf(row.kind), written, mail.calendar(row.nation).pace, mail.pacing);
}

/** Mail that a clock which was ahead has put off further than anything is: it is paced anew. Costs nothing where there is none. */
async function undoJumps(pool: Pool, programmeId: string, mail: ProgrammeMail, now: Instant): Promise<void> {
  const mornings = NATIONS.map((nation) => nextMorning(mail.calendar(nation).pace, mail.pacing, now));
  await unpaceBeyond(
    pool,
    programmeId,
    mornings.reduce((a, b) => (a > b ? a : b)),
  );
  const later = (milliseconds: number): Instant => new Date(Date.parse(now) + milliseconds).toISOString();
  // Whoever may be sending it at this moment has a lease's time for it.
  await bringLeasesBack(pool, later(LONGEST_WAIT), later(LEASE));
}

/** Says of every row that is new when it may leave. What has been said before is not read again. */
export async function paceNewRows(pool: Pool, programmeId: string, mail: ProgrammeMail, now: Instant): Promise<void> {
  await undoJumps(pool, programmeId, mail, now);
  for (;;) {
    const paced = await inTransaction(pool, async (client) => {
      const rows = await lockUnpaced(client, programmeId, PAGE);
      const known = new Map<string, Instant>();
      const at = (row: UnpacedRow): Instant => {
        const key = `${urgencyOf(row.kind)} ${row.nation} ${row.writtenAt}`;
        const found = known.get(key) ?? readyAt(row, mail, now);
        known.set(key, found);
        return found;
      };
      if (rows.length > 0)
        await paceRows(
          client,
          rows.map((row) => ({ id: row.id, notBefore: at(row) })),
        );
      return rows.length;
    });
    if (paced < PAGE) return;
  }
}
