import { type ContactRecord } from '../../domain/records';
import { type ColumnPlan } from '../../importers/columns';
import { contactReader } from '../../importers/contacts';
import { CellProblem, lineProblem } from '../../importers/problem';
import { CONTACT_OPTIONAL, mergeContacts } from '../../register/import-contacts';
import { departmentIds, departmentsOfSites } from '../../register/import-sites';
import { type ImportKind, type ImportWork } from './kind';
import { LISTED, type Warning } from './report';
import { readSmall, type SmallFile } from './small-import';

const keyOf = ({ departmentId, siteId, role, email }: ContactRecord): string =>
  JSON.stringify([departmentId, siteId, role, email.toLowerCase()]);
const same = (a: ContactRecord, b: ContactRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Imports contacts: one row for each post that a person holds. */
export async function contactImport(work: ImportWork, plan: ColumnPlan<'contacts'>): Promise<ImportKind> {
  const { client, table, request, onProgress } = work;
  const read = contactReader(plan, {
    departments: await departmentIds(client),
    departmentOf: await departmentsOfSites(client),
    department: request.department,
  });
  const position = plan.positions.get('email') ?? 0;
  let file: SmallFile<ContactRecord> = { read: 0, good: [], bad: [], repeated: [] };
  return {
    async stage() {
      file = await readSmall<ContactRecord>(
        table,
        {
          read,
          keyOf,
          same,
          duplicate: (_, cells, firstLine) =>
            lineProblem(
              table.header[position] ?? 'email',
              cells[position] ?? '',
              new CellProblem(
                'duplicate-contact',
                `Line ${firstLine} lists this post with other values.`,
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
      const { created, updated, left } = await mergeContacts(client, {
        importId,
        present: new Set(CONTACT_OPTIONAL.filter((field) => plan.positions.has(field))),
        contacts: file.good.map(({ line, value }) => ({
          line,
          department_id: value.departmentId,
          site_id: value.siteId,
          role: value.role,
          name: value.name,
          email: value.email,
          nation: value.nation,
          deputy_email: value.deputyEmail,
          away_from: value.awayFrom,
          away_to: value.awayTo,
        })),
      });
      const warnings = left.map(({ line, contactId }): Warning => ({
        code: 'has-left',
        line,
        subject: contactId,
        text: 'This person has left the post and was not put back.',
        hint: 'If they are back: clearsite contacts set.',
      }));
      const accepted = file.good.length + file.repeated.length;
      const departments = new Set(file.good.flatMap(({ value }) => value.departmentId ?? []));
      return {
        read: file.read,
        accepted,
        created,
        updated,
        unchanged: accepted - created - updated,
        casesOpening: 0,
        casesReplanning: 0,
        departments: [...departments].sort(),
        warnings: warnings.slice(0, LISTED),
        warningsOmitted: Math.max(0, warnings.length - LISTED),
      };
    },

    close: () => Promise.resolve(),
  };
}
