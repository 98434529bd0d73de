import { type Pool, type PoolClient } from 'pg';
import { bankHolidays } from '../calendar/bank-holidays';
import { calendarOf, type NationCalendar } from '../../domain/calendar';
import { Failure } from '../../domain/errors';
import { type DigestFigures, digestDue } from '../../domain/programme-digest';
import { type Instant } from '../../domain/records';
import { DEFAULT_NATION } from '../../domain/vocabulary';
import { type Draft } from '../../notify/compose';
import { draftDigest } from '../../notify/programme-digest/compose';
import { findProgramme, policyOf, theProgramme } from '../../register/current-policy';
import { digestFigures, keepDigest, lastDigest } from '../../register/programme-digest';
import { snapshotTransaction } from '../../register/transaction';
import { type Services } from '../services';
import { ProgrammeMail } from './setting';

/** The working days on which a digest is due. */
async function digestCalendar(pool: Pool | PoolClient, programmeId: string): Promise<NationCalendar> {
  return calendarOf(await policyOf(pool, programmeId), DEFAULT_NATION, bankHolidays());
}

/** Two runs at one moment: the second sees that the first has done it and does nothing. */
const DONE_BY_ANOTHER: ReadonlySet<unknown> = new Set(['23505', '40001']);

/**
 * Takes the figures of this week's digest where its time has come and nobody has: all in one snapshot of the register,
 * kept with it. Costs one small query where there is nothing to do, so that delivery asks each time and no schedule of
 * its own can be lost, paused or run twice.
 * @returns true where it was taken now
 */
export async function takeDigest(pool: Pool, now: Instant): Promise<boolean> {
  const programme = await findProgramme(pool);
  if (programme?.startedAt == null) return false;
  const { programmeId, startedAt } = programme;
  const week = digestDue(await digestCalendar(pool, programmeId), startedAt, now);
  if (week === null || (await lastDigest(pool, programmeId))?.week === week) return false;
  try {
    return await snapshotTransaction(pool, async (client) => {
      const last = await lastDigest(client, programmeId);
      if (last !== null && last.week >= week) return false;
      await keepDigest(
        client,
        programmeId,
        week,
        await digestFigures(client, programmeId, now, last?.takenAt ?? startedAt),
      );
      return true;
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && DONE_BY_ANOTHER.has(error.code)) return false;
    throw error;
  }
}

/** The Monday digest as it would be if it were taken now. */
export interface DigestPreview extends Draft {
  readonly figures: DigestFigures;
}

/**
 * The Monday digest as a programme manager would get it at this moment. Nothing is written.
 * @throws Failure `no-policy`, `not-started`
 */
export async function previewDigest(services: Services, now: Instant): Promise<DigestPreview> {
  const pool = await services.register();
  const { programmeId, startedAt } = await theProgramme(pool);
  if (startedAt === null) {
    throw new Failure('not-started', 'The programme has not started, so there is nothing to sum up.', {
      exit: 1,
      hint: 'clearsite programme start',
    });
  }
  const last = await lastDigest(pool, programmeId);
  const figures = await digestFigures(pool, programmeId, now, last?.takenAt ?? startedAt);
  const setting = (await ProgrammeMail.of(pool, programmeId, services.config)).setting();
  const row = { figures, roles: ['programme-manager'] as const };
  return {
    figures,
    ...draftDigest(row, { name: 'programme manager', address: '', standsInFor: null }, setting),
  };
}
