import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type z } from 'zod';
import { type Behind, casesBehind } from '../../app/figures/behind';
import { dashboard } from '../../app/figures/dashboard';
import { compareDates, type ReportQuery } from '../../app/figures/report';
import { Failure } from '../../domain/errors';
import { compareView } from '../dashboard/compare-view';
import { link } from '../dashboard/link';
import { behindView } from '../dashboard/list-view';
import { COMPARE, DASHBOARD, LIST } from '../dashboard/query';
import { dashboardView, isEmpty } from '../dashboard/view';
import { type Whose, whoseFigures } from '../dashboard/whose';
import { asTyped } from '../lists/day';
import { readQuery, type Typed, type Wrong } from '../lists/query';
import { type Site } from '../site';

/** Cases on a page of the list behind a figure. */
const PAGE = 50;

/** What was asked for cannot be shown: which field, and why. */
class Refused extends Error {
  constructor(
    readonly problems: readonly Wrong[],
    readonly typed: Typed,
  ) {
    super('refused');
  }
}

/** Which field a failure of the figures is about. */
const FIELD_OF: Readonly<Record<string, string>> = { 'since-not-before': 'since' };

function read<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
): { query: z.output<Schema>; typed: Typed } {
  const asked = readQuery(schema, request.query);
  if (asked.outcome === 'read') return asked;
  throw new Refused(asked.problems, asked.typed);
}

/** What cannot be shown because of the dates, as a problem of their fields. */
async function withDates<T>(typed: Typed, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Failure) || !['date-in-future', 'before-programme', 'since-not-before'].includes(error.code))
      throw error;
    const about = error.details['date'] === typed['since'] && typed['since'] !== typed['as-of'] ? 'since' : 'as-of';
    throw new Refused([{ name: FIELD_OF[error.code] ?? about, message: error.message }], typed);
  }
}

/** The same page again with what is wrong, and what was typed. */
function again(whose: Whose, { problems, typed }: Refused) {
  const errors = problems.map(({ name, message }) => ({ text: message, href: `#${name}` }));
  return { errors, wrong: Object.fromEntries(problems.map(({ name, message }) => [name, message])), typed, whose };
}

function departmentOf(request: FastifyRequest): string | null {
  const asked = (request.query as Readonly<Record<string, unknown>>)['department'];
  return typeof asked === 'string' && asked.trim() !== '' ? asked.trim() : null;
}

/** Cases of what remained, or of what came and went. */
function behindOf({ figure, stage, part }: z.output<typeof LIST>): Behind {
  if (figure !== 'remaining') return { figure };
  return { figure, stage: stage ?? null, mustGo: part === undefined ? null : part === 'must-go' };
}

/** `/dashboard`: where the programme stands, on any date; `compare` and `list` open what is behind its figures. */
export function dashboardPages(server: FastifyInstance, site: Site): void {
  server.get('/dashboard', async (request, reply) => {
    const whose = await whoseFigures(request, site, departmentOf(request));
    const now = site.now().toISOString();
    try {
      const { query, typed } = read(DASHBOARD, request);
      const asked = { asOf: query['as-of'] ?? null, departments: whose.departments };
      const board = await withDates(typed, () => dashboard(site.services, asked, now));
      const template = isEmpty(board) ? 'pages/dashboard-empty.njk' : 'pages/dashboard.njk';
      return await reply.page(template, { title: 'Programme', typed, whose, ...dashboardView(board, whose) });
    } catch (error) {
      if (error instanceof Failure && error.code === 'no-policy')
        return reply.page('pages/dashboard-empty.njk', { title: 'Programme' });
      if (!(error instanceof Refused)) throw error;
      return reply.page('pages/dashboard-wrong.njk', { title: 'Programme', ...again(whose, error) }, { status: 400 });
    }
  });

  server.get('/dashboard/compare', async (request, reply) => {
    const whose = await whoseFigures(request, site, departmentOf(request));
    const now = site.now().toISOString();
    try {
      const { query, typed } = read(COMPARE, request);
      const asked: ReportQuery = {
        asOf: query['as-of'] ?? null,
        since: query.since ?? null,
        departments: whose.departments,
      };
      const compared = await withDates(typed, () => compareDates(site.services, asked, now));
      const department = departmentOf(request);
      return await reply.page('pages/dashboard-compare.njk', {
        title: 'Two dates compared',
        typed: { ...typed, since: typed['since'] ?? asTyped(compared.since.date) },
        whose,
        ...compareView(compared, department, now),
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const view = { title: 'Two dates compared', ...again(whose, error) };
      return reply.page('pages/dashboard-compare.njk', view, { status: 400 });
    }
  });

  server.get('/dashboard/list', async (request, reply) => {
    const whose = await whoseFigures(request, site, departmentOf(request));
    const now = site.now().toISOString();
    try {
      const { query, typed } = read(LIST, request);
      const behind = behindOf(query);
      const found = await withDates(typed, () =>
        casesBehind(
          site.services,
          {
            asOf: query['as-of'] ?? null,
            since: query.since ?? null,
            departments: whose.departments,
            behind,
            limit: PAGE,
            after: query.after ?? null,
          },
          now,
        ),
      );
      const next = found.next === null ? null : link('/dashboard/list', { ...typed, after: found.next });
      return await reply.page('pages/dashboard-list.njk', { whose, next, ...behindView(found, behind, whose, now) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const view = { title: 'Cases behind a figure', ...again(whose, error) };
      return reply.page('pages/dashboard-wrong.njk', view, { status: 400 });
    }
  });
}
