import { ApplicationFailure } from '@temporalio/activity';
import { type Pool } from 'pg';
import { Failure } from '../domain/errors';
import { addPlainDays, nextRungs } from '../domain/ladder/ladder';
import { policyOf } from '../register/current-policy';
import { recordBatch } from '../register/record';
import { type Activities, type RecordInput, type RecordResult } from '../workflows/messages';

/** How many rungs a ladder is handed at a time. */
export const RUNGS_AT_A_TIME = 12;

/** An error that names what went wrong and none of the row's values, since it lands in the history. */
function withoutValues(error: unknown): ApplicationFailure {
  if (error instanceof Failure) return ApplicationFailure.retryable(error.message, error.code);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return ApplicationFailure.retryable(`The register did not take the batch (${code}).`, 'register-error');
}

async function recordAndClimb(pool: Pool, input: RecordInput): Promise<RecordResult> {
  const programmeId = await recordBatch(pool, input);
  if (input.ladders.length === 0) return { rungs: [] };
  const { ladder } = await policyOf(pool, programmeId);
  const rungs = input.ladders.flatMap(({ stage, due, after }) =>
    nextRungs(ladder, stage, due, after, RUNGS_AT_A_TIME, addPlainDays),
  );
  return { rungs };
}

/** The activity that writes what a case decided; see {@link Activities.record}. */
export function makeRecord(pool: Pool): Activities['record'] {
  return async (input) => {
    try {
      return await recordAndClimb(pool, input);
    } catch (error) {
      throw withoutValues(error);
    }
  };
}
