import { type PoolClient } from 'pg';
import { Failure } from '../../domain/errors';
import { isSiteInScope } from '../../domain/policy/policy';
import { createScreener } from '../../domain/screening/screener';
import { SENSITIVITIES } from '../../domain/vocabulary';
import { policyOf, theProgramme } from '../../register/current-policy';
import { findRun, type Run, withImportLock } from '../../register/import-runs';
import {
  casesToUndo,
  type CasesToUndo,
  correctMail,
  devicesCalled,
  dropUnstarted,
  keepUndoReport,
  laterImports,
  type LeftAlone,
  markUndone,
  setScreenings,
} from '../../register/import-undo';
import { markSites, markUpgradesOf } from '../../register/replanning';
import { undoContacts, undoDevices, type UndoneRows, undoSites } from '../../register/import-undo-rows';
import { concurrently, IN_FLIGHT } from '../concurrently';
import { ieeeRegistry } from '../oui-registry';
import { finishRescreening } from '../rescreen';
import { type Services } from '../services';
import { actorName, type Who } from '../who';
import { reclassify } from './import-sites';
import { explainLoss } from './lost-register';

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

/** Something that undoing could not put right by itself. */
export interface NeedsPerson {
  readonly subject: string;
  readonly code: LeftAlone['code'] | 'not-withdrawn';
  readonly text: string;
}

/** What undoing did; the `imports undo --json` document. */
export interface UndoReport {
  readonly importId: number;
  readonly kind: Run['kind'];
  readonly undoneAt: string;
  /** Rows that have their earlier values again. */
  readonly restored: number;
  /** Rows that the import had created and that are gone. */
  readonly removed: number;
  /** Devices that stay because their withdrawn case is on record; importing them again takes them over. */
  readonly kept: number;
  readonly withdrawn: number;
  /** People who get a correction of mail that has left. */
  readonly corrections: number;
  /** The first {@link LISTED_LEFT}. */
  readonly needsPerson: readonly NeedsPerson[];
  readonly needsPersonOmitted: number;
}

/** Lines of {@link UndoReport.needsPerson}. */
const LISTED_LEFT = 1_000;

const WORDS: Readonly<Record<LeftAlone['code'], string>> = {
  'changed-since': 'It has been changed since the import, so it stays as it is.',
  'in-use': 'Other records refer to it, so it stays.',
  'acted-on': 'Somebody has acted on this case, so it stays open.',
  'flagged-again': 'A later import flagged the device too, so its case stays open.',
};

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

interface Undone {
  readonly rows: UndoneRows;
  readonly cases: CasesToUndo;
  readonly corrections: number;
  /** Cases that no workflow had been started for and that are gone. */
  readonly dropped: number;
}

const NOTHING: UndoneRows = { restored: 0, removed: 0, kept: 0, leftAlone: [] };

/** What came of it, added to what an interrupted undoing had done before. */
function reportOf(
  run: Run,
  undoneAt: string,
  { rows, cases, corrections, dropped }: Undone,
  withdrawn: number,
  failed: readonly NeedsPerson[],
): UndoReport {
  const before = run.undoReport as Partial<UndoReport> | null;
  const left = [...rows.leftAlone, ...cases.leftAlone].map(({ subject, code }): NeedsPerson => ({
    subject,
    code,
    text: WORDS[code],
  }));
  const earlier = (before?.needsPerson ?? []).filter(({ code }) => code === 'changed-since' || code === 'in-use');
  const all = [...failed, ...left, ...earlier];
  return {
    importId: run.importId,
    kind: run.kind,
    undoneAt,
    restored: (before?.restored ?? 0) + rows.restored,
    removed: (before?.removed ?? 0) + rows.removed,
    kept: (before?.kept ?? 0) + rows.kept,
    withdrawn: (before?.withdrawn ?? 0) + dropped + withdrawn,
    corrections,
    needsPerson: all.slice(0, LISTED_LEFT),
    needsPersonOmitted: Math.max(0, all.length - LISTED_LEFT),
  };
}

/** Everything that the register alone can undo, in one transaction. An import undone before only has cases left. */
async function undoInRegister(
  client: PoolClient,
  run: Run,
  who: { actor: string; reason: string },
  withWorkflows: 'workflows' | 'no-workflows',
): Promise<Undone & { readonly undoneAt: string }> {
  const { importId } = run;
  await client.query('BEGIN');
  try {
    const cases = await casesToUndo(client, importId);
    const corrections = await correctMail(client, importId, cases.withdraw);
    const dropped = withWorkflows === 'workflows' ? 0 : await dropUnstarted(client, cases.withdraw);
    const rows = run.undoneAt === null ? await undoRows(client, run, who.actor) : NOTHING;
    const undone = { rows, cases, corrections, dropped };
    if (run.undoneAt === null) await markUndone(client, importId, who);
    const undoneAt = run.undoneAt ?? (await findRun(client, importId))?.undoneAt ?? '';
    await keepUndoReport(client, importId, reportOf(run, undoneAt, undone, 0, []));
    await client.query('COMMIT');
    return { ...undone, undoneAt };
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

/**
 * Undoes an import: rows get their earlier values back where nothing has changed them since, rows that it created go
 * where nothing refers to them, cases that nobody acted on are withdrawn, and mail about them is stopped or corrected.
 * The rest is listed for a person. Repeating it withdraws what was left.
 * @param withdrawCase null = no Temporal is named, so that no workflow can have been started
 * @throws Failure `unknown-import`, `import-not-finished`, `later-imports`, `reason-needed`; (exit 3) where a service is away
 */
export async function undoImport(
  services: Pick<Services, 'register'>,
  { importId, reason, who }: UndoRequest,
  withdrawCase: WithdrawCase | null,
  onWait: () => void = () => undefined,
): Promise<UndoReport> {
  if (reason.trim() === '')
    throw new Failure('reason-needed', 'Say why the import is undone: the reason stays on record.');
  const pool = await services.register();
  const actor = await actorName(pool, who);
  try {
    return await withImportLock(pool, onWait, async (client) => {
      const run = await runToUndo(client, importId);
      await finishRescreening(client);
      const undone = await undoInRegister(
        client,
        run,
        { actor, reason: reason.trim() },
        withdrawCase === null ? 'no-workflows' : 'workflows',
      );
      const { withdraw } = undone.cases;
      const because = `Import ${importId} was undone: ${reason.trim()}`;
      const failed = withdrawCase === null ? [] : await withdrawAll(withdraw, because, withdrawCase);
      const withdrawn = withdrawCase === null ? 0 : withdraw.length - failed.length;
      const report = reportOf(run, undone.undoneAt, undone, withdrawn, failed);
      await keepUndoReport(client, importId, report);
      return report;
    });
  } catch (error) {
    throw explainLoss(error);
  }
}
