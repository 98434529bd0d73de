import { type Pool } from 'pg';
import { Failure } from '../../domain/errors';
import { type CaseRecord, casesCalled } from '../../register/cases';

/**
 * The case that a person names: by case id, or by asset id, which means the live case, else the newest.
 * @throws Failure `unknown-case`
 */
export async function theCase(pool: Pool, id: string): Promise<CaseRecord> {
  const found = await casesCalled(pool, id);
  const best = found.find(({ status }) => status !== 'closed') ?? found[0];
  if (best !== undefined) return best;
  throw new Failure('unknown-case', `There is no case "${id}", and no device of that asset id has one.`, {
    hint: 'See "clearsite cases list", or "clearsite devices show" for a device that opened none.',
  });
}
