import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DEVICE_COLUMNS } from '../../app/lists/columns';
import { departmentsToChoose, type NamedDepartment } from '../../app/lists/departments';
import {
  type DeviceListQuery,
  devicePage,
  DEVICE_SORTS,
  everyDeviceRow,
  type ListedDevice,
} from '../../app/lists/devices';
import { type ExportFormat, EXPORT_FORMATS, writeCsv, writeJson } from '../../app/lists/export';
import { PAGE_SIZE } from '../../app/lists/paged';
import { may, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { NETWORKS, SCREENING_RESULTS } from '../../domain/vocabulary';
import { NETWORK_SHOWN, SCREENING_SHOWN } from '../../domain/wording';
import { permit } from '../guard';
import { choicesOf } from '../lists/choices';
import { departmentField } from '../lists/department-field';
import { findingOf } from '../lists/devices';
import { oneOf, placing, readQuery, words } from '../lists/query';
import { sendFile } from '../lists/stream';
import { type ListShape, listView, wrongListView } from '../lists/view';
import { wrongFile } from '../lists/wrong-file';
import { type Site } from '../site';

const SCOPES = ['in', 'out'] as const;
const QUERY = z.strictObject({
  search: words,
  screening: oneOf(SCREENING_RESULTS),
  scope: oneOf(SCOPES),
  network: oneOf(NETWORKS),
  type: words,
  department: words,
  site: words,
  ...placing(DEVICE_SORTS),
});
type Query = z.output<typeof QUERY>;

function shape(departments: readonly NamedDepartment[]): ListShape {
  return {
    path: '/devices',
    of: 'device',
    columns: [
      { label: 'Device', sort: 'asset' },
      { label: 'Make and model', sort: 'make' },
      { label: 'Type', sort: 'type' },
      { label: 'Site', sort: 'site' },
      ...(departments.length > 1 ? [{ label: 'Department', sort: 'department' }] : []),
      { label: 'Network', sort: 'network' },
      { label: 'Finding', sort: 'screening' },
    ],
    fields: [
      {
        name: 'search',
        label: 'Search',
        as: 'text',
        hint: 'Part of an asset id, make, model, serial, MAC or IP address',
      },
      { name: 'screening', label: 'Finding', as: 'radios', choices: choicesOf(SCREENING_RESULTS, SCREENING_SHOWN) },
      {
        name: 'scope',
        label: 'Where it is',
        as: 'radios',
        choices: choicesOf(SCOPES, { in: 'The programme counts it', out: 'No removal required there' }),
      },
      { name: 'network', label: 'Network', as: 'radios', choices: choicesOf(NETWORKS, NETWORK_SHOWN) },
      { name: 'type', label: 'Type', as: 'text', hint: 'The whole word, such as camera' },
      ...departmentField(departments),
      { name: 'site', label: 'Site', as: 'text', hint: 'A site id, such as S-0042' },
    ],
  };
}

function queryOf({ search, screening, scope, network, type, department, site, sort, order }: Query): DeviceListQuery {
  return {
    filter: {
      ...(search && { search }),
      ...(screening && { screening }),
      ...(scope && { within: scope }),
      ...(network && { network }),
      ...(type && { deviceType: type }),
      ...(department && { departmentId: department }),
      ...(site && { siteId: site }),
    },
    sorting: { column: sort, direction: order },
  };
}

function rowView(row: ListedDevice) {
  const { assetId, make, model, deviceType, siteId, siteName, departmentName, network } = row;
  return {
    assetId,
    what: [make, model].filter((part) => part !== null).join(' '),
    type: deviceType,
    siteId,
    siteName,
    departmentName,
    network: NETWORK_SHOWN[network],
    finding: findingOf(row),
  };
}

async function showList(site: Site, viewer: Viewer, raw: unknown) {
  const scope = scopeOf(viewer, 'see-cases');
  const departments = await departmentsToChoose(site.services, scope);
  const list = shape(departments);
  const asked = readQuery(QUERY, raw);
  if (asked.outcome === 'wrong')
    return { status: 400, view: { title: 'Devices', items: [], ...wrongListView(list, asked.typed, asked.problems) } };
  const { query, typed } = asked;
  const found = await devicePage(site.services, scope, queryOf(query), query.page);
  const place = { ...found, sort: query.sort, order: query.order };
  const exports = may(viewer, 'export') ? 'offered' : 'none';
  return {
    status: 200,
    view: {
      title: 'Devices',
      several: departments.length > 1,
      items: found.items.map(rowView),
      ...listView(list, typed, place, found.items.length, { size: PAGE_SIZE, exports }),
    },
  };
}

/** `/devices` and its files. */
export function deviceListPages(server: FastifyInstance, site: Site): void {
  server.get('/devices', async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const { status, view } = await showList(site, viewer, request.query);
    return reply.page('pages/device-list.njk', view, { status });
  });

  const file = (format: ExportFormat) => {
    server.get(`/devices.${format}`, (request, reply) => {
      const viewer = permit(request, 'export');
      const asked = readQuery(QUERY, request.query);
      if (asked.outcome === 'wrong') throw wrongFile(asked.problems);
      const walk = (onRows: (rows: readonly ListedDevice[]) => Promise<void>) =>
        everyDeviceRow(site.services, scopeOf(viewer, 'export'), queryOf(asked.query), onRows);
      return sendFile(reply, `devices.${format}`, (write) =>
        format === 'csv'
          ? writeCsv(DEVICE_COLUMNS, walk, write)
          : writeJson('devices', site.now().toISOString(), walk, write),
      );
    });
  };
  EXPORT_FORMATS.forEach(file);
}
