import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { siteColumns } from '../../app/lists/columns';
import { type NamedDepartment } from '../../app/lists/departments';
import { everySiteRow, type ListedSite, type SiteListQuery, sitePage, SITE_SORTS } from '../../app/lists/sites';
import { zoneOf } from '../../app/access/zone';
import { NATIONS, SENSITIVITIES } from '../../domain/vocabulary';
import { NATION_SHOWN, SENSITIVITY_SHOWN } from '../../domain/wording';
import { choicesOf } from '../lists/choices';
import { datesFor, type DateWords } from '../lists/dates';
import { departmentField } from '../lists/department-field';
import { oneOf, placing, words } from '../lists/query';
import { serveList } from '../lists/serve';
import { type ListShape } from '../lists/view';
import { type Site } from '../site';

const WORK = ['some', 'none'] as const;
const QUERY = z.strictObject({
  search: words,
  sensitivity: oneOf(SENSITIVITIES),
  nation: oneOf(NATIONS),
  cases: oneOf(WORK),
  department: words,
  ...placing(SITE_SORTS),
});
type Query = z.output<typeof QUERY>;

function shape(departments: readonly NamedDepartment[]): ListShape {
  return {
    path: '/sites',
    of: 'site',
    columns: [
      { label: 'Site', sort: 'name' },
      ...(departments.length > 1 ? [{ label: 'Department', sort: 'department' }] : []),
      { label: 'Class', sort: 'sensitivity' },
      { label: 'Devices', sort: 'devices' },
      { label: 'Open cases', sort: 'cases' },
      { label: 'Next due', sort: 'due' },
    ],
    fields: [
      { name: 'search', label: 'Search', as: 'text', hint: 'Part of a site’s name or id' },
      { name: 'sensitivity', label: 'Class', as: 'radios', choices: choicesOf(SENSITIVITIES, SENSITIVITY_SHOWN) },
      {
        name: 'cases',
        label: 'Open cases',
        as: 'radios',
        choices: choicesOf(WORK, { some: 'Something is to be done', none: 'Nothing is to be done' }),
      },
      { name: 'nation', label: 'Nation', as: 'radios', choices: choicesOf(NATIONS, NATION_SHOWN) },
      ...departmentField(departments),
    ],
  };
}

function queryOf({ search, sensitivity, nation, cases, department, sort, order }: Query): SiteListQuery {
  return {
    filter: {
      ...(search && { search }),
      ...(sensitivity && { sensitivity }),
      ...(nation && { nation }),
      ...(cases && { cases }),
      ...(department && { departmentId: department }),
    },
    sorting: { column: sort, direction: order },
  };
}

function rowView(row: ListedSite, dates: DateWords) {
  const { siteId, name, departmentId, departmentName, sensitivity, devices, liveCases, lateCases, due } = row;
  return {
    siteId,
    name,
    departmentId,
    departmentName,
    class: SENSITIVITY_SHOWN[sensitivity],
    devices,
    liveCases,
    lateCases,
    due: dates.full(due),
  };
}

/** `/sites` and its files. */
export function siteListPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  serveList<Query, ListedSite>(server, site, 'pages/site-list.njk', {
    name: 'sites',
    title: 'Sites',
    schema: QUERY,
    shape,
    find: (scope, query, now) => sitePage(services, scope, queryOf(query), query.page, now),
    view: async ({ items }, { now }) => {
      const dates = datesFor(now, await zoneOf(services, now));
      return { items: items.map((row) => rowView(row, dates)) };
    },
    every: (scope, query, now) => (onRows) => everySiteRow(services, scope, queryOf(query), now, onRows),
    columns: async (now) => siteColumns(await zoneOf(services, now)),
  });
}
