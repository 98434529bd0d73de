import { type Pool, type PoolClient } from 'pg';
import { type ColumnPlan, type Kind, planColumns } from '../../importers/columns';
import { openTable } from '../../importers/open';
import { type RawTable } from '../../importers/raw';
import { Failure } from '../../domain/errors';
import { withClient } from '../../register/borrowed';
import { beginRun, beginTrial, failRun, finishRun, type RunStart, withImportLock } from '../../register/import-runs';
import { lastMark } from '../../register/replan-preview';
import { previewMarked } from '../replan-preview';
import { finishRescreening } from '../rescreen';
import { type Services } from '../services';
import { actorName } from '../who';
import { contactImport } from './import-contacts';
import { deviceImport } from './import-devices';
import { siteImport } from './import-sites';
import { type ImportKind, type ImportWork, type KindReport } from './kind';
import { explainLoss } from './lost-register';
import { defaultRejectsPath, RejectCollector } from './rejects';
import { refuseRejectsPath } from './rejects-path';
import { forRegister, type ImportReport, type Warning } from './report';
import { type ImportRequest, type OnProgress } from './request';

function refuseContradictions({ kind, complete, assetPrefix }: ImportRequest, isRejectsFile: boolean): void {
  if (complete && kind !== 'devices') {
    throw new Failure('bad-usage', '--complete speaks of devices only.', { hint: `Leave it out for --kind ${kind}.` });
  }
  if (complete && isRejectsFile) {
    throw new Failure('bad-usage', 'A file of rejected lines is no complete inventory.', {
      hint: 'Leave --complete out.',
    });
  }
  if (assetPrefix !== '' && kind !== 'devices') {
    throw new Failure('bad-usage', '--asset-prefix speaks of devices only.', {
      hint: `Leave it out for --kind ${kind}.`,
    });
  }
}

type AnyPlan = { readonly [K in Kind]: ColumnPlan<K> }[Kind];

function planFor(kind: Kind, { header, headerLine }: RawTable, map: readonly string[]): AnyPlan {
  switch (kind) {
    case 'devices':
      return planColumns('devices', header, headerLine, map);
    case 'sites':
      return planColumns('sites', header, headerLine, map);
    case 'contacts':
      return planColumns('contacts', header, headerLine, map);
  }
}

function importOf(work: ImportWork, plan: AnyPlan): Promise<ImportKind> {
  switch (plan.kind) {
    case 'devices':
      return deviceImport(work, plan);
    case 'sites':
      return siteImport(work, plan);
    case 'contacts':
      return contactImport(work, plan);
  }
}

async function runStart(pool: Pool, table: RawTable, request: ImportRequest): Promise<RunStart> {
  const { kind, map, department, assetPrefix, sheet, complete, who } = request;
  return {
    kind,
    fileName: table.fileName,
    fileSha256: table.sha256,
    format: table.format,
    options: { map, department, assetPrefix, sheet },
    actor: await actorName(pool, who),
    complete,
  };
}

/**
 * Says of a file that has a header alone that it does: as a rule something went wrong when it was exported.
 * @throws Failure `no-lines` where it is to be a complete inventory, since it would say that nothing is there
 */
function withNoLines(result: KindReport, { table: { fileName }, request }: ImportWork): KindReport {
  if (result.read > 0) return result;
  const text = 'The file has a header and no lines.';
  if (request.complete) {
    throw new Failure('no-lines', `${fileName}: ${text} As a complete inventory it would say that nothing is there.`, {
      hint: 'Export it again, or leave --complete out.',
    });
  }
  const hint = 'If it should have lines, export it again.';
  const warning: Warning = { code: 'no-lines', line: null, subject: fileName, text, hint };
  return { ...result, warnings: [warning, ...result.warnings] };
}

/** Applies a staged import in one transaction; a dry run is rolled back. */
async function apply(
  work: ImportWork,
  kind: ImportKind,
  plan: AnyPlan,
  start: RunStart,
  run: { readonly importId: number | null; readonly rejectsPath: string | null },
): Promise<ImportReport> {
  const { client, table, request } = work;
  const rejects = new RejectCollector(table, plan.isRejectsFile, run.rejectsPath);
  try {
    await client.query('BEGIN');
    const importId = run.importId ?? (await beginTrial(client, start));
    const marks = await lastMark(client);
    const result = withNoLines(await kind.merge(importId, rejects), work);
    const report: ImportReport = {
      importId: run.importId,
      kind: request.kind,
      file: table.fileName,
      dryRun: request.dryRun,
      format: table.format,
      encoding: table.encoding,
      delimiter: table.delimiter,
      sheet: table.sheet,
      ignoredColumns: plan.ignored,
      notes: table.notes,
      ...result,
      rejected: rejects.lines,
      rejects: rejects.listed,
      rejectsOmitted: rejects.omitted,
      // Before the commit, so that what is finished has its rejects on disk.
      rejectsFile: await rejects.finish(),
      ...(request.dryRun ? { dates: await previewMarked(client, marks) } : {}),
    };
    if (run.importId !== null) await finishRun(client, run.importId, forRegister(report));
    await client.query(run.importId === null ? 'ROLLBACK' : 'COMMIT');
    return report;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    await rejects.discard();
    throw error;
  }
}

/** Notes why an import came to nothing, where the register can still be told. */
async function noteFailure(client: PoolClient, importId: number, error: unknown): Promise<void> {
  if (!(error instanceof Failure)) return;
  const { code, message } = error;
  await failRun(client, importId, { code, message }).catch(() => undefined);
}

async function underLock(work: ImportWork, plan: AnyPlan, start: RunStart, home: string): Promise<ImportReport> {
  const { client, request } = work;
  if (!request.dryRun) await finishRescreening(client);
  const kind = await importOf(work, plan);
  try {
    const importId = request.dryRun ? null : await beginRun(client, start);
    try {
      await kind.stage();
      const rejectsPath = request.rejectsPath ?? (importId === null ? null : defaultRejectsPath(home, importId));
      return await apply(work, kind, plan, start, { importId, rejectsPath });
    } catch (error) {
      if (importId !== null) await noteFailure(client, importId, error);
      throw error;
    }
  } finally {
    await kind.close();
  }
}

/**
 * Imports a file: good lines go in, in one transaction, and bad ones are listed and written to a rejects file. Importing
 * the same file again changes nothing. One import runs at a time; killed at any moment it has been applied whole or not
 * at all. Asks for cases but starts no workflow.
 * @throws Failure (exit 2) where the file as a whole is unusable or no policy has been applied; (exit 3) where the
 *   register is not there
 */
export async function importFile(
  services: Pick<Services, 'register' | 'config'>,
  request: ImportRequest,
  onProgress: OnProgress = () => undefined,
): Promise<ImportReport> {
  const table = await openTable(request.path, request);
  const plan = planFor(request.kind, table, request.map);
  refuseContradictions(request, plan.isRejectsFile);
  await refuseRejectsPath(request.path, request.rejectsPath);
  const pool = await services.register();
  const start = await runStart(pool, table, request);
  const waiting = (): void => onProgress({ phase: 'waiting' });
  try {
    // Both connections before the lock: imports that wait for their turn must not hold the one that it needs.
    return await withClient(pool, (side) =>
      withImportLock(pool, waiting, (client) =>
        underLock({ client, side, table, request, onProgress }, plan, start, services.config.home),
      ),
    );
  } catch (error) {
    throw explainLoss(error);
  }
}
