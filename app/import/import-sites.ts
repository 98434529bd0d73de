import { isSiteInScope, type Policy } from '../../domain/policy/policy';
import { deviceTypeFinder } from '../../domain/screening/device-type';
import { SENSITIVITIES } from '../../domain/vocabulary';
import { type ColumnPlan } from '../../importers/columns';
import { CellProblem, lineProblem } from '../../importers/problem';
import { type SiteLine, siteReader } from '../../importers/sites';
import { type PoolClient } from 'pg';
import { findProgramme, policyOf } from '../../register/current-policy';
import { markSites } from '../../register/replanning';
import { replanBy } from '../who';
import { askForCases } from '../../register/import-cases';
import { casesOutOfScope, departmentsOfSites, deviceTypesOn, mergeSites, rescope } from '../../register/import-sites';
import { type ImportKind, type ImportWork } from './kind';
import { LISTED, type Warning } from './report';
import { readSmall, type SmallFile, type SmallLine } from './small-import';

/** Which device types the policy leaves out, of those that are there. */
function typesOut(policy: Policy, types: readonly (string | null)[]): string[] {
  const typeOf = deviceTypeFinder(policy);
  return types.filter((type): type is string => type !== null && typeOf(type)?.scope === 'out');
}

/** Brings devices and cases into line with the new classes of their sites. @returns cases asked for */
export async function reclassify(
  client: PoolClient,
  importId: number | null,
  siteIds: readonly string[],
): Promise<number> {
  const programme = await findProgramme(client);
  if (programme === null || siteIds.length === 0) return 0;
  const { programmeId } = programme;
  const policy = await policyOf(client, programmeId);
  const classes = SENSITIVITIES.filter((sensitivity) => isSiteInScope(policy, sensitivity));
  await rescope(client, siteIds, { classes, typesOut: typesOut(policy, await deviceTypesOn(client, siteIds)) });
  return askForCases(client, programmeId, importId, { of: 'sites', siteIds });
}

/** The name of each department, as the first line that names it says; other names are warnings. */
function namedDepartments(good: readonly SmallLine<SiteLine>[]): {
  readonly departments: ReadonlyMap<string, string | null>;
  readonly warnings: readonly Warning[];
} {
  const departments = new Map<string, string | null>();
  const warnings: Warning[] = [];
  for (const { line, value } of good) {
    const { departmentId, departmentName } = value;
    const known = departments.get(departmentId) ?? null;
    if (known === null) departments.set(departmentId, departmentName);
    else if (departmentName !== null && departmentName !== known) {
      warnings.push({
        code: 'department-name-differs',
        line,
        subject: departmentId,
        text: `The line calls the department "${departmentName}", an earlier one "${known}", which was taken.`,
        hint: 'Name it alike on every line.',
      });
    }
  }
  return { departments, warnings };
}

async function outOfScope(client: PoolClient, siteIds: readonly string[]): Promise<Warning[]> {
  return (await casesOutOfScope(client, siteIds)).map(({ siteId, cases }) => ({
    code: 'cases-out-of-scope',
    line: null,
    subject: siteId,
    text: `The site is no longer in scope, and ${cases} open ${cases === 1 ? 'case is' : 'cases are'} on it.`,
    hint: 'Look at them with "clearsite cases list"; withdraw those that need no removal: clearsite cases act … withdraw.',
  }));
}

const same = (a: SiteLine, b: SiteLine): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Imports sites, and with them their departments. A changed class changes which devices are in scope. */
export async function siteImport(work: ImportWork, plan: ColumnPlan<'sites'>): Promise<ImportKind> {
  const { client, table, request, onProgress } = work;
  const read = siteReader(plan, { departmentOf: await departmentsOfSites(client), department: request.department });
  const position = plan.positions.get('site_id') ?? 0;
  let file: SmallFile<SiteLine> = { read: 0, good: [], bad: [], repeated: [] };
  return {
    async stage() {
      file = await readSmall<SiteLine>(
        table,
        {
          read,
          keyOf: ({ siteId }) => siteId,
          same,
          duplicate: (_, cells, firstLine) =>
            lineProblem(
              table.header[position] ?? 'site_id',
              cells[position] ?? '',
              new CellProblem(
                'duplicate-site',
                `Line ${firstLine} lists this site with other values.`,
                'Keep the line that is right and delete the other.',
              ),
            ),
        },
        onProgress,
      );
    },

    async merge(importId, rejects) {
      for (const { line, cells, problems } of file.bad) await rejects.add(line, cells, problems);
      onProgress({ phase: 'merging' });
      const { departments, warnings } = namedDepartments(file.good);
      const { created, updated, reclassified, dated } = await mergeSites(client, {
        importId,
        departments,
        present: new Set((['controlled_by', 'access_lead_days'] as const).filter((field) => plan.positions.has(field))),
        sites: file.good.map(({ value }) => ({
          site_id: value.siteId,
          name: value.name,
          department_id: value.departmentId,
          nation: value.nation,
          sensitivity: value.sensitivity,
          controlled_by: value.controlledBy,
          access_lead_days: value.accessLeadDays,
        })),
      });
      const casesOpening = await reclassify(client, importId, reclassified);
      const casesReplanning = await markSites(client, dated, await replanBy(client, work.request.who));
      const all = [...warnings, ...(await outOfScope(client, reclassified))];
      const accepted = file.good.length + file.repeated.length;
      return {
        read: file.read,
        accepted,
        created,
        updated,
        unchanged: accepted - created - updated,
        casesOpening,
        casesReplanning,
        departments: [...departments.keys()].sort(),
        warnings: all.slice(0, LISTED),
        warningsOmitted: Math.max(0, all.length - LISTED),
      };
    },

    close: () => Promise.resolve(),
  };
}
