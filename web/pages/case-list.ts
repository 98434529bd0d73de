import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type CaseListQuery, casePage, type CaseRow, CASE_SORTS, everyCaseRow } from '../../app/lists/cases';
import { caseColumns } from '../../app/lists/columns';
import { departmentsToChoose, type NamedDepartment } from '../../app/lists/departments';
import { type ExportFormat, EXPORT_FORMATS, writeCsv, writeJson } from '../../app/lists/export';
import { PAGE_SIZE } from '../../app/lists/paged';
import { zoneOf } from '../../app/access/zone';
import { may, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { CASE_STATUSES } from '../../domain/case-actions';
import { RAGS, STAGES } from '../../domain/vocabulary';
import { OUTCOME_SHOWN, RAG_SHOWN, SCREENING_SHOWN, STAGE_SHOWN, STATUS_SHOWN } from '../../domain/wording';
import { permit } from '../guard';
import { actionChoices, MANY_AT_A_TIME } from '../lists/actions';
import { choicesOf } from '../lists/choices';
import { departmentField } from '../lists/department-field';
import { datesFor, type DateWords } from '../lists/dates';
import { DAY_HINT } from '../lists/day';
import { day, oneOf, placing, readQuery, words } from '../lists/query';
import { sendFile } from '../lists/stream';
import { type ListShape, listView, tickView, wrongListView } from '../lists/view';
import { wrongFile } from '../lists/wrong-file';
import { type Site } from '../site';

const FINDINGS = ['covered', 'suspect', 'unknown-make'] as const;
const CASE_STAGES = [...STAGES, 'closed'] as const;

const QUERY = z.strictObject({
  search: words,
  stage: oneOf(CASE_STAGES),
  rag: oneOf(RAGS),
  status: oneOf(CASE_STATUSES),
  finding: oneOf(FINDINGS),
  department: words,
  site: words,
  'due-before': day,
  tick: oneOf(['all']),
  ...placing(CASE_SORTS),
});
type Query = z.output<typeof QUERY>;

const COLUMNS = [
  { label: 'Device', sort: 'asset' },
  { label: 'Site', sort: 'site' },
  { label: 'What to do', sort: 'stage' },
  { label: 'Due', sort: 'due' },
  { label: 'How it stands', sort: null },
  { label: 'Finding', sort: 'finding' },
] as const;
const DEPARTMENT = { label: 'Department', sort: 'department' } as const;

/** The list as somebody sees it; people of one department are not asked which. */
function shape(departments: readonly NamedDepartment[]): ListShape {
  const several = departments.length > 1;
  return {
    path: '/cases',
    of: 'case',
    columns: several ? [...COLUMNS.slice(0, 2), DEPARTMENT, ...COLUMNS.slice(2)] : COLUMNS,
    fields: [
      { name: 'search', label: 'Search', as: 'text', hint: 'Part of an asset id, make, model or site' },
      { name: 'rag', label: 'How it stands', as: 'radios', choices: choicesOf(RAGS, RAG_SHOWN) },
      { name: 'stage', label: 'What to do', as: 'radios', choices: choicesOf(STAGES, STAGE_SHOWN) },
      { name: 'due-before', label: 'Due before', as: 'text', hint: DAY_HINT },
      ...departmentField(departments),
      { name: 'site', label: 'Site', as: 'text', hint: 'A site id, such as S-0042' },
      { name: 'finding', label: 'Finding', as: 'radios', choices: choicesOf(FINDINGS, SCREENING_SHOWN) },
      { name: 'status', label: 'Open or closed', as: 'radios', choices: choicesOf(CASE_STATUSES, STATUS_SHOWN) },
    ],
  };
}

function queryOf(asked: Query): CaseListQuery {
  const { search, stage, rag, status, finding, department, site, sort, order } = asked;
  return {
    filter: {
      ...(search && { search }),
      ...(stage && { stage }),
      ...(rag && { rag }),
      ...(status && { status }),
      ...(finding && { finding }),
      ...(department && { departmentId: department }),
      ...(site && { siteId: site }),
    },
    dueBefore: asked['due-before'] ?? null,
    sorting: { column: sort, direction: order },
  };
}

/** What a row of a list of cases says. */
export function caseRowView(row: CaseRow, dates: DateWords) {
  const { caseId, assetId, make, model, siteId, siteName, departmentName, status, stage, outcome, rag } = row;
  return {
    caseId,
    assetId,
    what: [make, model].filter((part) => part !== null).join(' '),
    siteId,
    siteName,
    departmentName,
    toDo:
      status === 'closed'
        ? `Closed: ${outcome === null ? '' : OUTCOME_SHOWN[outcome]}`
        : row.nextAction || STAGE_SHOWN[stage],
    due: status === 'closed' ? null : dates.full(row.due),
    closed: dates.short(row.closedAt),
    stays: row.exception === null ? null : dates.short(row.exception.until),
    rag: rag === null ? null : { colour: rag, text: RAG_SHOWN[rag] },
    finding: SCREENING_SHOWN[row.finding],
    selectable: status === 'open',
  };
}

async function showList(site: Site, viewer: Viewer, raw: unknown) {
  const now = site.now().toISOString();
  const scope = scopeOf(viewer, 'see-cases');
  const departments = await departmentsToChoose(site.services, scope);
  const list = shape(departments);
  const asked = readQuery(QUERY, raw);
  if (asked.outcome === 'wrong')
    return { status: 400, view: { title: 'Cases', items: [], ...wrongListView(list, asked.typed, asked.problems) } };
  const { query, typed } = asked;
  const found = await casePage(site.services, scope, queryOf(query), query.page, now);
  const dates = datesFor(now, found.zone);
  const exports = may(viewer, 'export') ? 'offered' : 'none';
  return {
    status: 200,
    view: {
      title: 'Cases',
      several: departments.length > 1,
      items: found.items.map((row) => caseRowView(row, dates)),
      tick: tickView('/cases', typed),
      actions: actionChoices(viewer),
      most: MANY_AT_A_TIME,
      ...listView(list, typed, { ...found, sort: query.sort, order: query.order }, found.items.length, {
        size: PAGE_SIZE,
        exports,
      }),
    },
  };
}

/** `/cases` and its files. */
export function caseListPages(server: FastifyInstance, site: Site): void {
  server.get('/cases', async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const { status, view } = await showList(site, viewer, request.query);
    return reply.page('pages/case-list.njk', view, { status });
  });

  const file = (format: ExportFormat) => {
    server.get(`/cases.${format}`, async (request, reply) => {
      const viewer = permit(request, 'export');
      const asked = readQuery(QUERY, request.query);
      if (asked.outcome === 'wrong') throw wrongFile(asked.problems);
      const now = site.now().toISOString();
      const zone = await zoneOf(site.services, now);
      const walk = (onRows: (rows: readonly CaseRow[]) => Promise<void>) =>
        everyCaseRow(site.services, scopeOf(viewer, 'export'), queryOf(asked.query), now, onRows);
      return sendFile(reply, `cases.${format}`, (write) =>
        format === 'csv' ? writeCsv(caseColumns(zone), walk, write) : writeJson('cases', now, walk, write),
      );
    });
  };
  EXPORT_FORMATS.forEach(file);
}
