import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type CaseListQuery,
  type CasePage,
  casePage,
  type CaseRow,
  CASE_SORTS,
  everyCaseRow,
} from '../../app/lists/cases';
import { caseColumns } from '../../app/lists/columns';
import { type NamedDepartment } from '../../app/lists/departments';
import { zoneOf } from '../../app/access/zone';
import { stateShown } from '../../app/cases/words';
import { CASE_STATUSES } from '../../domain/case-actions';
import { RAGS, STAGES } from '../../domain/vocabulary';
import { type Instant } from '../../domain/records';
import { OUTCOME_SHOWN, RAG_SHOWN, SCREENING_SHOWN, STAGE_SHOWN, STATUS_SHOWN } from '../../domain/wording';
import { actionChoices, MANY_AT_A_TIME } from '../lists/actions';
import { choicesOf } from '../lists/choices';
import { departmentField } from '../lists/department-field';
import { datesFor, type DateWords } from '../lists/dates';
import { DAY_HINT } from '../lists/day';
import { day, oneOf, placing, words } from '../lists/query';
import { serveList } from '../lists/serve';
import { type ListShape, tickView } from '../lists/view';
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
  'late-since': day,
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
      { name: 'late-since', label: 'Late now, since this day or later', as: 'text', hint: DAY_HINT },
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
    lateSince: asked['late-since'] ?? null,
    sorting: { column: sort, direction: order },
  };
}

/** What a row of a list of cases says. */
export function caseRowView(row: CaseRow, dates: DateWords, now: Instant) {
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
    rag: rag === null ? null : { colour: rag, text: stateShown(row, now) },
    finding: SCREENING_SHOWN[row.finding],
    selectable: status === 'open',
  };
}

/** `/cases` and its files. */
export function caseListPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  serveList<Query, CaseRow, CasePage>(server, site, 'pages/case-list.njk', {
    name: 'cases',
    title: 'Cases',
    schema: QUERY,
    shape,
    find: (scope, query, now) => casePage(services, scope, queryOf(query), query.page, now),
    view: ({ items, zone }, { viewer, typed, now }) => {
      const dates = datesFor(now, zone);
      return Promise.resolve({
        items: items.map((row) => caseRowView(row, dates, now)),
        tick: tickView('/cases', typed),
        actions: actionChoices(viewer),
        most: MANY_AT_A_TIME,
      });
    },
    every: (scope, query, now) => (onRows) => everyCaseRow(services, scope, queryOf(query), now, onRows),
    columns: async (now) => caseColumns(await zoneOf(services, now)),
  });
}
