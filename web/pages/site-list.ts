import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { siteColumns } from '../../app/lists/columns';
import { departmentsToChoose, type NamedDepartment } from '../../app/lists/departments';
import { type ExportFormat, EXPORT_FORMATS, writeCsv, writeJson } from '../../app/lists/export';
import { PAGE_SIZE } from '../../app/lists/paged';
import { everySiteRow, type ListedSite, type SiteListQuery, sitePage, SITE_SORTS } from '../../app/lists/sites';
import { zoneOf } from '../../app/access/zone';
import { may, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { NATIONS, SENSITIVITIES } from '../../domain/vocabulary';
import { NATION_SHOWN, SENSITIVITY_SHOWN } from '../../domain/wording';
import { permit } from '../guard';
import { choicesOf } from '../lists/choices';
import { datesFor, type DateWords } from '../lists/dates';
import { departmentField } from '../lists/department-field';
import { oneOf, placing, readQuery, words } from '../lists/query';
import { sendFile } from '../lists/stream';
import { type ListShape, listView, wrongListView } from '../lists/view';
import { wrongFile } from '../lists/wrong-file';
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

async function showList(site: Site, viewer: Viewer, raw: unknown) {
  const now = site.now().toISOString();
  const scope = scopeOf(viewer, 'see-cases');
  const departments = await departmentsToChoose(site.services, scope);
  const list = shape(departments);
  const asked = readQuery(QUERY, raw);
  if (asked.outcome === 'wrong')
    return { status: 400, view: { title: 'Sites', items: [], ...wrongListView(list, asked.typed, asked.problems) } };
  const { query, typed } = asked;
  const found = await sitePage(site.services, scope, queryOf(query), query.page, now);
  const dates = datesFor(now, await zoneOf(site.services, now));
  const place = { ...found, sort: query.sort, order: query.order };
  const exports = may(viewer, 'export') ? 'offered' : 'none';
  return {
    status: 200,
    view: {
      title: 'Sites',
      several: departments.length > 1,
      items: found.items.map((row) => rowView(row, dates)),
      ...listView(list, typed, place, found.items.length, { size: PAGE_SIZE, exports }),
    },
  };
}

/** `/sites` and its files. */
export function siteListPages(server: FastifyInstance, site: Site): void {
  server.get('/sites', async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const { status, view } = await showList(site, viewer, request.query);
    return reply.page('pages/site-list.njk', view, { status });
  });

  const file = (format: ExportFormat) => {
    server.get(`/sites.${format}`, async (request, reply) => {
      const viewer = permit(request, 'export');
      const asked = readQuery(QUERY, request.query);
      if (asked.outcome === 'wrong') throw wrongFile(asked.problems);
      const now = site.now().toISOString();
      const zone = await zoneOf(site.services, now);
      const walk = (onRows: (rows: readonly ListedSite[]) => Promise<void>) =>
        everySiteRow(site.services, scopeOf(viewer, 'export'), queryOf(asked.query), now, onRows);
      return sendFile(reply, `sites.${format}`, (write) =>
        format === 'csv' ? writeCsv(siteColumns(zone), walk, write) : writeJson('sites', now, walk, write),
      );
    });
  };
  EXPORT_FORMATS.forEach(file);
}
