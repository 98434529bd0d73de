import { type FastifyInstance } from 'fastify';
import { zoneOf } from '../../app/access/zone';
import { departmentList } from '../../app/lists/departments';
import { scopeOf } from '../../domain/access/permissions';
import { permit } from '../guard';
import { datesFor } from '../lists/dates';
import { pathTo } from '../lists/devices';
import { type Site } from '../site';

/** `/departments`: who owes what, the most late first. People of one department go straight to theirs. */
export function departmentListPages(server: FastifyInstance, site: Site): void {
  server.get('/departments', async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const now = site.now().toISOString();
    const scope = scopeOf(viewer, 'see-cases');
    const departments = await departmentList(site.services, scope, now);
    const [only] = departments;
    if (!scope.everything && only !== undefined && departments.length === 1)
      return reply.redirect(pathTo('departments', only.departmentId), 303);
    const dates = datesFor(now, await zoneOf(site.services, now));
    return reply.page('pages/department-list.njk', {
      title: 'Departments',
      items: departments.map((row) => ({ ...row, due: dates.full(row.due) })),
    });
  });
}
