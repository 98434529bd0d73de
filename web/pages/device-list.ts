import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DEVICE_COLUMNS } from '../../app/lists/columns';
import { type NamedDepartment } from '../../app/lists/departments';
import {
  type DeviceListQuery,
  devicePage,
  DEVICE_SORTS,
  everyDeviceRow,
  type ListedDevice,
} from '../../app/lists/devices';
import { NETWORKS, SCREENING_RESULTS } from '../../domain/vocabulary';
import { NETWORK_SHOWN, SCREENING_SHOWN } from '../../domain/wording';
import { choicesOf } from '../lists/choices';
import { departmentField } from '../lists/department-field';
import { findingOf } from '../lists/devices';
import { oneOf, placing, words } from '../lists/query';
import { serveList } from '../lists/serve';
import { type ListShape } from '../lists/view';
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

/** `/devices` and its files. */
export function deviceListPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  serveList<Query, ListedDevice>(server, site, 'pages/device-list.njk', {
    name: 'devices',
    title: 'Devices',
    schema: QUERY,
    shape,
    find: (scope, query) => devicePage(services, scope, queryOf(query), query.page),
    view: ({ items }) => Promise.resolve({ items: items.map(rowView) }),
    every: (scope, query) => (onRows) => everyDeviceRow(services, scope, queryOf(query), onRows),
    columns: () => Promise.resolve(DEVICE_COLUMNS),
  });
}
