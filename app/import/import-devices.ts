import { type PoolClient } from 'pg';
import { Failure } from '../../domain/errors';
import { isSiteInScope, type Policy } from '../../domain/policy/policy';
import { createScreener } from '../../domain/screening/screener';
import { SENSITIVITIES } from '../../domain/vocabulary';
import { type ColumnPlan, type Field } from '../../importers/columns';
import { deviceReader, type DeviceContext, type DeviceLine } from '../../importers/devices';
import { CellProblem, lineProblem, type LineProblem } from '../../importers/problem';
import { policyOf, theProgramme } from '../../register/current-policy';
import { markStagedUpgrades } from '../../register/replanning';
import { replanBy } from '../who';
import { askForCases } from '../../register/import-cases';
import { markRejects, type RegisterReject, registerRejects } from '../../register/import-checks';
import {
  DEVICE_DATA,
  type DeviceData,
  devicesToRescreen,
  mergeDevices,
  mergedFigures,
  mergedLines,
  prepareMerge,
  type ScreeningFigures,
  VerdictChanges,
} from '../../register/import-devices';
import { departmentIds, departmentsOfSites } from '../../register/import-sites';
import { emptyStaging, openStaging, VerdictBook } from '../../register/import-staging';
import { type MergedImport, mergeWarnings, missingDevices } from '../../register/import-warnings';
import { ieeeRegistry } from '../oui-registry';
import { inWords } from './device-warnings';
import { type RejectCollector } from './rejects';
import { type ImportKind, type ImportWork, type KindReport } from './kind';
import { LISTED, LISTED_DEVICES, type ScreeningCounts } from './report';
import { readRecord, stageDevices, type StageCounts } from './stage-devices';

async function contextOf(work: ImportWork): Promise<DeviceContext> {
  const { department, assetPrefix } = work.request;
  if (department !== null && !(await departmentIds(work.client)).has(department)) {
    throw new Failure('unknown-department', `There is no department ${department}.`, {
      hint: 'See "clearsite sites list"; departments come with their sites (--kind sites).',
    });
  }
  return { departmentOf: await departmentsOfSites(work.client), department, assetPrefix };
}

/** Screening of staged lines, and what of the policy the merge needs. */
interface Rules {
  readonly programmeId: string;
  readonly policy: Policy;
  readonly scope: readonly string[];
}

async function rulesOf(client: PoolClient): Promise<Rules> {
  const { programmeId } = await theProgramme(client);
  const policy = await policyOf(client, programmeId);
  return { programmeId, policy, scope: SENSITIVITIES.filter((sensitivity) => isSiteInScope(policy, sensitivity)) };
}

function registerProblem(reject: RegisterReject): CellProblem {
  switch (reject.code) {
    case 'asset-id-taken':
      return new CellProblem(
        reject.code,
        `Department ${reject.department} holds an asset of this id.`,
        'Import with --asset-prefix, such as --asset-prefix "ABC-", or move the device with "clearsite devices transfer".',
      );
    case 'duplicate-asset':
      return new CellProblem(
        reject.code,
        `Line ${reject.firstLine} lists this asset with other values.`,
        'Keep the line that is right and delete the other.',
      );
  }
}

const isData = (field: Field<'devices'>): field is DeviceData => (DEVICE_DATA as readonly string[]).includes(field);

/**
 * Imports devices: staged and screened line by line, merged as a whole.
 * @throws Failure `no-policy`, `unknown-department`
 */
export async function deviceImport(work: ImportWork, plan: ColumnPlan<'devices'>): Promise<ImportKind> {
  const { client, side, table, onProgress } = work;
  const rules = await rulesOf(client);
  const context = await contextOf(work);
  const screen = createScreener(rules.policy, ieeeRegistry);
  const present = new Set([...plan.positions.keys()].filter(isData));
  const read = deviceReader(plan, context);
  const verdicts = new VerdictBook(side);
  let staged: StageCounts = { read: 0, refused: 0 };

  const rescreen = async (): Promise<void> => {
    const changes = new VerdictChanges(client);
    for await (const devices of devicesToRescreen(client, present)) {
      const answers = devices.map(({ line, ...device }) => ({ line, verdict: verdicts.number(screen(device)) }));
      await verdicts.flush();
      await changes.add(answers);
    }
    await changes.apply();
  };

  return {
    async stage() {
      await emptyStaging(client);
      const staging = openStaging(client);
      try {
        staged = await stageDevices({
          table,
          read,
          screen,
          staging,
          verdicts,
          onBytes: (bytesRead) => onProgress({ phase: 'reading', bytesRead, totalBytes: table.totalBytes }),
        });
        await staging.finish();
        onProgress({ phase: 'checking' });
      } catch (error) {
        await staging.abort(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    },

    async merge(importId, rejects) {
      const { programmeId, policy, scope } = rules;
      await prepareMerge(client, { programmeId, policyVersion: policy.version, rows: staged.read });
      const checks = await markRejects(client);
      await rescreen();
      const rejected = staged.refused + checks.refused;
      if (rejected > 0) await gatherRejects(work, plan, read, rejects);
      onProgress({ phase: 'merging' });
      const { created, updated } = await mergeDevices(client, {
        importId,
        present,
        scope,
        policyVersion: policy.version,
      });
      const casesOpening = await askForCases(client, programmeId, importId, { of: 'staged' });
      const by = await replanBy(client, work.request.who);
      const casesReplanning = present.has('scheduled_upgrade_on') ? await markStagedUpgrades(client, by) : 0;
      const accepted = staged.read - rejected;
      return {
        read: staged.read,
        accepted,
        created,
        updated,
        unchanged: accepted - created - updated,
        casesOpening,
        casesReplanning,
        ...(await lookBack(work, { importId, programmeId, touched: created + updated }, { accepted, scope })),
      };
    },

    async close() {
      await emptyStaging(side).catch(() => undefined);
    },
  };
}

/** Reads the file again for what was refused: its lines are rare, so they are not kept in memory meanwhile. */
async function gatherRejects(
  { client, table, onProgress }: ImportWork,
  plan: ColumnPlan<'devices'>,
  read: (cells: readonly string[]) => DeviceLine,
  rejects: RejectCollector,
): Promise<void> {
  const position = plan.positions.get('asset_id') ?? 0;
  const column = table.header[position] ?? 'asset_id';
  const fromRegister = registerRejects(client);
  let next = await fromRegister.next();
  for await (const batch of table.batches()) {
    for (const [index, cells] of batch.records.entries()) {
      const line = batch.lines[index] ?? 0;
      let problems: readonly LineProblem[] | null = null;
      if (next.done !== true && next.value.line === line) {
        problems = [lineProblem(column, cells[position] ?? '', registerProblem(next.value))];
        next = await fromRegister.next();
      } else {
        const result = readRecord(batch, index, read);
        if (!result.ok) problems = result.problems;
      }
      if (problems !== null) await rejects.add(line, cells, problems);
    }
    onProgress({ phase: 'writing-rejects', bytesRead: batch.bytesRead, totalBytes: table.totalBytes });
  }
}

function inWordsOfReport({ covered, suspect, clear, 'unknown-make': unknownMake }: ScreeningFigures): ScreeningCounts {
  return { covered, suspect, clear, unknownMake };
}

/** What a person should know after the merge. */
async function lookBack(
  { client, request }: ImportWork,
  merged: MergedImport,
  { accepted, scope }: { readonly accepted: number; readonly scope: readonly string[] },
): Promise<
  Omit<KindReport, 'read' | 'accepted' | 'created' | 'updated' | 'unchanged' | 'casesOpening' | 'casesReplanning'>
> {
  const { screening, outOfScope, departments } = await mergedFigures(client, scope);
  const warnings = await mergeWarnings(client, merged, LISTED);
  const { department } = request;
  const missing = request.complete
    ? await missingDevices(
        client,
        department === null ? { of: 'sites-present' } : { of: 'department', departmentId: department },
        LISTED,
      )
    : null;
  return {
    screening: inWordsOfReport(screening),
    outOfScope: inWordsOfReport(outOfScope),
    departments,
    warnings: warnings.listed.map(inWords),
    warningsOmitted: warnings.total - warnings.listed.length,
    ...(missing === null
      ? {}
      : { missing: { assetIds: missing.assetIds, omitted: missing.total - missing.assetIds.length } }),
    ...(request.verbose
      ? { devices: await mergedLines(client, LISTED_DEVICES), devicesOmitted: Math.max(0, accepted - LISTED_DEVICES) }
      : {}),
  };
}
