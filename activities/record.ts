import { ApplicationFailure } from '@temporalio/activity';
import { type Pool } from 'pg';
import { rungsFrom } from '../app/plan';
import { Failure } from '../domain/errors';
import { policyOf } from '../register/current-policy';
import { recordBatch } from '../register/record';
import { type Activities, type RecordInput, type RecordResult } from '../workflows/messages';

/** An error that names what went wrong and none of the row's values, since it lands in the history. */
function withoutValues(error: unknown): ApplicationFailure {
  if (error instanceof Failure) return ApplicationFailure.retryable(error.message, error.code);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return ApplicationFailure.retryable(`The register did not take the batch (${code}).`, 'register-error');
}

async function recordAndClimb(pool: Pool, input: RecordInput): Promise<RecordResult> {
  const { programmeId, nation } = await recordBatch(pool, input);
  if (input.ladders.length === 0) return { rungs: [] };
  const policy = await policyOf(pool, programmeId);
  return { rungs: input.ladders.flatMap(({ stage, ...position }) => rungsFrom(policy, nation, stage, position)) };
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
