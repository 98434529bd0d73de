import { type FastifyInstance } from 'fastify';
import { noteSensitiveRead } from '../../app/access/log';
import { zoneOf } from '../../app/access/zone';
import { showSite } from '../../app/inventory/sites';
import { casePage } from '../../app/lists/cases';
import { owedAt } from '../../app/lists/owed';
import { peopleAt, programmePeople } from '../../app/lists/people';
import { may, scopeOf } from '../../domain/access/permissions';
import { count } from '../../domain/counted';
import { NATION_SHOWN, SCREENING_SHOWN, SENSITIVITY_SHOWN } from '../../domain/wording';
import { typedOf } from '../forms/typed';
import { permitOrHide, signedIn } from '../guard';
import { actionChoices, MANY_AT_A_TIME } from '../lists/actions';
import { pathTo } from '../lists/devices';
import { idFrom } from '../lists/id';
import { datesFor } from '../lists/dates';
import { peopleView } from '../lists/people';
import { hrefOf, tickView } from '../lists/view';
import { type Site } from '../site';
import { caseRowView } from './case-list';

const HEADINGS = ['Device', 'What to do', 'Due', 'How it stands', 'Finding'].map((label) => ({
  label,
  href: null,
  aria: null,
}));

/** What counts for whom, in one sentence. */
const CLASS_WORDS = {
  sensitive: 'This is a sensitive site: listed equipment has to be removed from it.',
  'not-sensitive': 'This is not a sensitive site. Listed equipment is counted here, and need not be removed.',
  unassessed: 'Nobody has said yet whether this is a sensitive site, so it counts as one until somebody does.',
} as const;

/** `/sites/:siteId`: what is there, what is to be done, by when and by whom, for people without training. */
export function sitePages(server: FastifyInstance, site: Site): void {
  server.get<{ Params: { siteId: string } }>('/sites/:siteId', async (request, reply) => {
    signedIn(request);
    const now = site.now().toISOString();
    const found = await showSite(site.services, idFrom(request.params.siteId));
    const { siteId, departmentId, sensitivity, screening } = found;
    const where = { departmentId, siteId };
    const viewer = permitOrHide(request, 'see-cases', where);
    await noteSensitiveRead(site.services, viewer, found, siteId, now);
    const scope = scopeOf(viewer, 'see-cases');
    const sorting = { column: 'due', direction: 'ascending' } as const;
    const query = { filter: { siteId, status: 'open' as const }, dueBefore: null, sorting };
    const [owed, cases, people, programme, zone] = await Promise.all([
      owedAt(site.services, scope, where, now),
      casePage(site.services, scope, query, 1, now),
      peopleAt(site.services, where),
      programmePeople(site.services),
      zoneOf(site.services, now),
    ]);
    const dates = datesFor(now, zone);
    const counted = [
      { what: SCREENING_SHOWN.covered, number: screening.covered, query: 'covered' },
      { what: SCREENING_SHOWN.suspect, number: screening.suspect, query: 'suspect' },
      { what: SCREENING_SHOWN['unknown-make'], number: screening.unknownMake, query: 'unknown-make' },
      { what: SCREENING_SHOWN.clear, number: screening.clear, query: 'clear' },
    ];
    return reply.page('pages/site.njk', {
      title: found.name,
      place: found,
      class: SENSITIVITY_SHOWN[sensitivity],
      classWords: CLASS_WORDS[sensitivity],
      nation: NATION_SHOWN[found.nation],
      assessed: dates.short(found.assessment?.at ?? null),
      mayAssess: may(viewer, 'assess-site', where),
      counted: counted.map((row) => ({
        ...row,
        what:
          sensitivity === 'not-sensitive' && row.query === 'covered' ? 'Listed make, no removal required' : row.what,
        href: hrefOf('/devices', { site: siteId, screening: row.query }, {}),
      })),
      owed,
      items: cases.items.map((row) => caseRowView(row, dates, now)),
      total: count(cases.total, 'open case'),
      all: cases.total > cases.items.length ? hrefOf('/cases', { site: siteId, status: 'open' }, {}) : null,
      headings: HEADINGS,
      actions: actionChoices(viewer).length > 0 && may(viewer, 'do-tasks', where) ? actionChoices(viewer) : [],
      tick: tickView(pathTo('sites', siteId), typedOf(request.query)),
      most: MANY_AT_A_TIME,
      people: peopleView(people, now, zone),
      programme: peopleView(programme, now, zone),
      printed: dates.full(now)?.words ?? '',
    });
  });
}
