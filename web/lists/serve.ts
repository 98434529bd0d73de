import { type FastifyInstance } from 'fastify';
import { type z } from 'zod';
import { type CsvColumn } from '../../app/lists/csv';
import { departmentsToChoose, type NamedDepartment } from '../../app/lists/departments';
import { type ExportFormat, EXPORT_FORMATS, type Walk, writeCsv, writeJson } from '../../app/lists/export';
import { PAGE_SIZE, type Paged } from '../../app/lists/paged';
import { may, type Scope, scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { type Instant } from '../../domain/records';
import { permit } from '../guard';
import { type Site } from '../site';
import { readQuery, type Typed } from './query';
import { sendFile } from './stream';
import { type ListShape, listView, type Place, wrongListView } from './view';
import { wrongFile } from './wrong-file';

/** What a list is asked with besides its filter. */
type Placing = Pick<Place, 'sort' | 'order' | 'page'>;

/** A list: what it is asked, where its rows come from and what they say. */
export interface List<Query extends Placing, Row, Found extends Paged<Row> = Paged<Row>> {
  /** Of its path and its files. */
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType<Query>;
  /** As somebody sees it who may choose between these departments. */
  shape(departments: readonly NamedDepartment[]): ListShape;
  find(scope: Scope, query: Query, now: Instant): Promise<Found>;
  /** What its template shows of a page, beside what every list shows. */
  view(found: Found, asked: { readonly viewer: Viewer; readonly typed: Typed; readonly now: Instant }): Promise<object>;
  /** All rows, for its files. */
  every(scope: Scope, query: Query, now: Instant): Walk<Row>;
  columns(now: Instant): Promise<readonly CsvColumn<Row>[]>;
}

async function show<Query extends Placing, Row, Found extends Paged<Row>>(
  site: Site,
  list: List<Query, Row, Found>,
  viewer: Viewer,
  raw: unknown,
) {
  const now = site.now().toISOString();
  const scope = scopeOf(viewer, 'see-cases');
  const departments = await departmentsToChoose(site.services, scope);
  const shape = list.shape(departments);
  const { title } = list;
  const asked = readQuery(list.schema, raw);
  if (asked.outcome === 'wrong')
    return { status: 400, view: { title, items: [], ...wrongListView(shape, asked.typed, asked.problems) } };
  const { query, typed } = asked;
  const found = await list.find(scope, query, now);
  const place = { ...found, sort: query.sort, order: query.order };
  const exports = may(viewer, 'export') ? 'offered' : 'none';
  return {
    status: 200,
    view: {
      title,
      several: departments.length > 1,
      ...(await list.view(found, { viewer, typed, now })),
      ...listView(shape, typed, place, found.items.length, { size: PAGE_SIZE, exports }),
    },
  };
}

/** Serves a list and its files. */
export function serveList<Query extends Placing, Row, Found extends Paged<Row> = Paged<Row>>(
  server: FastifyInstance,
  site: Site,
  template: string,
  list: List<Query, Row, Found>,
): void {
  server.get(`/${list.name}`, async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const { status, view } = await show(site, list, viewer, request.query);
    return reply.page(template, view, { status });
  });

  const file = (format: ExportFormat) => {
    server.get(`/${list.name}.${format}`, async (request, reply) => {
      const viewer = permit(request, 'export');
      const asked = readQuery(list.schema, request.query);
      if (asked.outcome === 'wrong') throw wrongFile(asked.problems);
      const now = site.now().toISOString();
      const columns = await list.columns(now);
      const walk = list.every(scopeOf(viewer, 'export'), asked.query, now);
      return sendFile(reply, `${list.name}.${format}`, (write) =>
        format === 'csv' ? writeCsv(columns, walk, write) : writeJson(list.name, now, walk, write),
      );
    });
  };
  EXPORT_FORMATS.forEach(file);
}
