import { type PoolClient } from 'pg';
import { Failure } from '../../domain/errors';
import { isSiteInScope } from '../../domain/policy/policy';
import { createScreener } from '../../domain/screening/screener';
import { SENSITIVITIES } from '../../domain/vocabulary';
import { policyOf, theProgramme } from '../../register/current-policy';
import { findRun, type Run, withImportLock } from '../../register/import-runs';
import {
  casesToUndo,
  correctMail,
  devicesCalled,
  dropUnstarted,
  keepUndoReport,
  laterImports,
  markUndone,
  setScreenings,
  stillLive,
} from '../../register/import-undo';
import { markSites, markUpgradesOf } from '../../register/replanning';
import { namesForUndo } from '../../register/import-undo-names';
import { undoContacts, undoDevices, type UndoneRows, undoSites } from '../../register/import-undo-rows';
import { concurrently, IN_FLIGHT } from '../concurrently';
import { ieeeRegistry } from '../oui-registry';
import { finishRescreening } from '../rescreen';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { reclassify } from './import-sites';
import { explainLoss } from './lost-register';
import {
  asIsNow,
  inWords,
  idsIn,
  type KeptReport,
  type NeedsPerson,
  NOTHING,
  reportOf,
  type Undone,
  type UndoReport,
} from './undo-report';

export { type UndoReport } from './undo-report';

/**
 * Withdraws a live case through its workflow and waits until the register holds it; a case still `opening` is opened
 * first. A case that has closed meanwhile is no error.
 */
export type WithdrawCase = (caseId: string, reason: string) => Promise<void>;

export interface UndoRequest {
  readonly importId: number;
  /** Kept with the import and told to the cases. */
  readonly reason: string;
  readonly who: Who;
}

async function runToUndo(client: PoolClient, importId: number): Promise<Run> {
  const run = await findRun(client, importId);
  if (run === null)
    throw new Failure('unknown-import', `There is no import ${importId}.`, { hint: 'See "clearsite imports list".' });
  if (run.finishedAt === null) {
    throw new Failure('import-not-finished', `Import ${importId} was cut short: nothing of it was applied.`, {
      exit: 1,
      hint: 'There is nothing to undo.',
    });
  }
  if (run.undoneAt !== null) return run;
  const later = await laterImports(client, importId);
  if (later.length > 0) {
    throw new Failure(
      'later-imports',
      `Later imports of the same departments rest on import ${importId}: ${later.join(', ')}.`,
      {
        exit: 1,
        hint: `Undo those first, the newest first: clearsite imports undo ${later[0] ?? ''} --reason "…".`,
        details: { laterImports: later },
      },
    );
  }
  return run;
}

/** Restored devices are screened by the policy that rules now, not by the one of their day. */
async function screenAgain(client: PoolClient, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  const { programmeId } = await theProgramme(client);
  const policy = await policyOf(client, programmeId);
  const screen = createScreener(policy, ieeeRegistry);
  const classes = SENSITIVITIES.filter((sensitivity) => isSiteInScope(policy, sensitivity));
  for (let from = 0; from < assetIds.length; from += 5_000) {
    const devices = await devicesCalled(client, assetIds.slice(from, from + 5_000));
    const screenings = devices.map((device) => {
      const { result, reasons, typeInScope } = screen(device);
      return { asset_id: device.assetId, screening: result, reasons, type_in_scope: typeInScope };
    });
    await setScreenings(client, screenings, { version: policy.version, classes });
  }
}

async function undoRows(client: PoolClient, { kind, importId }: Run, actor: string): Promise<UndoneRows> {
  // Earlier values apply at once where they make dates earlier; where later, a decider is asked as ever.
  const by = { actor, authority: null };
  switch (kind) {
    case 'devices': {
      const { restoredAssets, ...rows } = await undoDevices(client, importId);
      await screenAgain(client, restoredAssets);
      await markUpgradesOf(client, restoredAssets, by);
      return rows;
    }
    case 'sites': {
      const { reclassified, restoredSites, ...rows } = await undoSites(client, importId);
      await reclassify(client, null, reclassified);
      await markSites(client, restoredSites, by);
      return rows;
    }
    case 'contacts':
      return undoContacts(client, importId);
  }
}

/** Everything that the register alone can undo, in one transaction. An import undone before only has cases left. */
async function undoInRegister(
  client: PoolClient,
  run: Run,
  who: { actor: string; reason: string },
  withWorkflows: 'workflows' | 'no-workflows',
): Promise<{ readonly run: Run; readonly undone: Undone }> {
  const { importId } = run;
  await client.query('BEGIN');
  try {
    const cases = await casesToUndo(client, importId);
    const corrections = await correctMail(client, importId, cases.withdraw);
    const dropped = withWorkflows === 'workflows' ? 0 : await dropUnstarted(client, cases.withdraw);
    const rows = run.undoneAt === null ? await undoRows(client, run, who.actor) : NOTHING;
    const undone = { rows, cases, corrections, dropped };
    if (run.undoneAt === null) await markUndone(client, importId, who);
    const marked = (await findRun(client, importId)) ?? run;
    await keepUndoReport(client, importId, reportOf(marked, undone, 0, []));
    await client.query('COMMIT');
    return { run: marked, undone };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function withdrawAll(
  caseIds: readonly string[],
  reason: string,
  withdrawCase: WithdrawCase,
): Promise<NeedsPerson[]> {
  const failed: NeedsPerson[] = [];
  await concurrently(caseIds, IN_FLIGHT, async (caseId) => {
    try {
      await withdrawCase(caseId, reason);
    } catch (error) {
      // Without the service no other case will fare better: the same command goes on later.
      if (!(error instanceof Failure) || error.exit === 3) throw error;
      failed.push({ subject: caseId, code: 'not-withdrawn', text: error.message });
    }
  });
  return failed;
}

/** Cases that were to be withdrawn while no Temporal is named: their workflows run somewhere, or may. */
function outOfReach(caseIds: readonly string[]): NeedsPerson[] {
  return caseIds.map((subject) => ({
    subject,
    code: 'not-withdrawn',
    text: 'Its workflow cannot be asked, since no Temporal is named: the same command withdraws it where one is.',
  }));
}

async function undoUnderLock(
  client: PoolClient,
  { importId, reason }: UndoRequest,
  actor: string,
  withdrawCase: WithdrawCase | null,
): Promise<KeptReport> {
  const found = await runToUndo(client, importId);
  if (found.undoneAt !== null) {
    const cases = await casesToUndo(client, importId);
    if (cases.withdraw.length === 0) return asIsNow(found, cases);
  }
  await finishRescreening(client);
  const withWorkflows = withdrawCase === null ? 'no-workflows' : 'workflows';
  const { run, undone } = await undoInRegister(client, found, { actor, reason: reason.trim() }, withWorkflows);
  const { withdraw } = undone.cases;
  const because = `Import ${importId} was undone: ${reason.trim()}`;
  const failed =
    withdrawCase === null
      ? outOfReach(await stillLive(client, withdraw))
      : await withdrawAll(withdraw, because, withdrawCase);
  const withdrawn = withdrawCase === null ? 0 : withdraw.length - failed.length;
  const report = reportOf(run, undone, withdrawn, failed);
  await keepUndoReport(client, importId, report);
  return report;
}

/**
 * Undoes an import: rows get their earlier values back where nothing has changed them since, rows that it created go
 * where nothing refers to them, cases that nobody acted on are withdrawn, and mail about them is stopped or corrected.
 * The rest is listed for a person. Repeating it withdraws what was left; where nothing was, it says that the import is
 * undone already and changes nothing.
 * @param withdrawCase null = no Temporal is named, so that no workflow can have been started
 * @throws Failure `unknown-import`, `import-not-finished`, `later-imports`, `reason-needed`; (exit 3) where a service is away
 */
export async function undoImport(
  services: Pick<Services, 'register'>,
  request: UndoRequest,
  withdrawCase: WithdrawCase | null,
  onWait: () => void = () => undefined,
): Promise<UndoReport> {
  if (request.reason.trim() === '')
    throw new Failure('reason-needed', 'Say why the import is undone: the reason stays on record.');
  const pool = await services.register();
  const actor = await actorName(pool, request.who);
  try {
    return await withImportLock(pool, onWait, async (client) => {
      const report = await undoUnderLock(client, request, actor, withdrawCase);
      return inWords(report, await namesForUndo(client, idsIn(report)));
    });
  } catch (error) {
    throw explainLoss(error);
  }
}
