import { Failure } from '../../domain/errors';
import { findRun, listRuns, type Run } from '../../register/import-runs';
import { type Services } from '../services';

export type { Run } from '../../register/import-runs';

/** The latest imports, newest first. */
export async function findImports(services: Services, limit: number): Promise<Run[]> {
  return listRuns(await services.register(), limit);
}

/** @throws Failure `unknown-import` */
export async function showImport(services: Services, importId: number): Promise<Run> {
  const run = await findRun(await services.register(), importId);
  if (run !== null) return run;
  throw new Failure('unknown-import', `There is no import ${importId}.`, { hint: 'See "clearsite imports list".' });
}
