import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { noteSensitiveRead } from '../../app/access/log';
import { zoneOf } from '../../app/access/zone';
import { assessSite, type AssessmentMode } from '../../app/inventory/assess-site';
import { type ShownSite, showSite } from '../../app/inventory/sites';
import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { ANSWERS, QUESTIONS, SITE_QUESTIONS, type SiteAnswers } from '../../domain/site-assessment';
import { isOneOf } from '../../domain/vocabulary';
import { SENSITIVITY_SHOWN } from '../../domain/wording';
import { fullDate } from '../../domain/dates-for-people';
import { type Field, type FieldError, fieldView, filledIn } from '../forms/fields';
import { type Typed, typedOf } from '../forms/typed';
import { signedIn } from '../guard';
import { forbidden, notFound } from '../problems';
import { doneWords, previewView } from '../site-assessment/view';
import { type Site } from '../site';

type Params = { readonly siteId: string };

const YES_OR_NO = [
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
];

const FIELDS: readonly Field[] = [
  ...QUESTIONS.map((question): Field => ({
    kind: 'choice',
    name: question,
    label: SITE_QUESTIONS[question],
    hint: '',
    choices: YES_OR_NO,
    missing: `Select yes or no: ${SITE_QUESTIONS[question].charAt(0).toLowerCase()}${SITE_QUESTIONS[question].slice(1)}`,
  })),
  {
    kind: 'text',
    name: 'reason',
    label: 'What this rests on',
    hint: 'For example, who told you what and when. It stays on record.',
    rows: 4,
    missing: 'Enter what this rests on',
  },
];

function answersOf(values: Readonly<Record<string, string>>): SiteAnswers {
  return Object.fromEntries(
    QUESTIONS.flatMap((question) => {
      const answer = values[question] ?? '';
      return isOneOf(ANSWERS, answer) ? [[question, answer]] : [];
    }),
  );
}

/** The site, for somebody who may assess it. Unknown and not theirs to see are the same. */
async function siteFor(site: Site, viewer: Viewer, siteId: string): Promise<ShownSite> {
  const found = await showSite(site.services, siteId).catch((error: unknown) => {
    throw error instanceof Failure && error.code === 'unknown-site' ? notFound() : error;
  });
  const where = { departmentId: found.departmentId, siteId };
  if (!may(viewer, 'see-cases', where)) throw notFound();
  if (!may(viewer, 'assess-site', where)) throw forbidden();
  await noteSensitiveRead(site.services, viewer, found, siteId, site.now().toISOString());
  return found;
}

/** What the pages of an assessment share. */
async function common(site: Site, found: ShownSite) {
  const zone = await zoneOf(site.services, site.now().toISOString());
  const { assessment, assessedBy } = found;
  return {
    siteId: found.siteId,
    siteName: found.name,
    path: `/sites/${encodeURIComponent(found.siteId)}`,
    now: SENSITIVITY_SHOWN[found.sensitivity],
    was: found.sensitivity,
    last:
      assessment === null
        ? null
        : { on: fullDate(assessment.at, zone), by: assessedBy ?? 'operations', reason: assessment.reason },
  };
}

async function showForm(
  reply: FastifyReply,
  site: Site,
  found: ShownSite,
  { status, typed, errors }: { readonly status: number; readonly typed: Typed; readonly errors: readonly FieldError[] },
): Promise<FastifyReply> {
  return reply.page(
    'pages/site-assessment.njk',
    {
      title: `How sensitive is ${found.name}?`,
      ...(await common(site, found)),
      fields: FIELDS.map((field) => fieldView(field, typed, errors)),
      errors: errors.map(({ text, href }) => ({ text, href })),
    },
    { status },
  );
}

function assess(site: Site, viewer: Viewer, siteId: string, values: Typed, mode: AssessmentMode) {
  const request = { siteId, sensitivity: null, answers: answersOf(values), reason: values['reason'] ?? '' };
  return assessSite(site.services, request, { as: null, typist: viewer.email }, mode);
}

async function submit(request: FastifyRequest, reply: FastifyReply, site: Site): Promise<FastifyReply> {
  const viewer = signedIn(request);
  const { siteId } = request.params as Params;
  const found = await siteFor(site, viewer, siteId);
  const typed = typedOf(request.body);
  const { values, errors } = filledIn(FIELDS, typed);
  if (errors.length > 0) return showForm(reply, site, found, { status: 400, typed, errors });
  if (typed['step'] === 'change') return showForm(reply, site, found, { status: 200, typed, errors: [] });
  // Confirmed against what the person saw: a class that somebody changed meanwhile is looked at once more.
  const overtaken = typed['step'] === 'confirm' && typed['was'] !== found.sensitivity;
  if (typed['step'] === 'confirm' && !overtaken) {
    const done = await assess(site, viewer, siteId, values, 'done');
    return reply.note(doneWords(done)).redirect(`/sites/${encodeURIComponent(siteId)}`, 303);
  }
  const trial = await assess(site, viewer, siteId, values, 'trial');
  const zone = await zoneOf(site.services, site.now().toISOString());
  const view = {
    ...(await common(site, found)),
    ...previewView(trial, zone),
    title: `What follows for ${found.name}`,
    questions: QUESTIONS.map((question) => ({
      name: question,
      text: SITE_QUESTIONS[question],
      answer: values[question],
    })),
    reason: values['reason'],
    overtaken,
    errors: overtaken
      ? [
          {
            text: 'Somebody else assessed this site meanwhile. Look at what follows now, then confirm it again if it is still right.',
            href: '#last',
          },
        ]
      : [],
  };
  return reply.page('pages/site-assessment-preview.njk', view, { status: overtaken ? 409 : 200 });
}

/** The four questions that say how sensitive a site is; what would follow is shown before anything is changed. */
export function siteAssessmentPages(server: FastifyInstance, site: Site): void {
  server.get('/sites/:siteId/assessment', async (request, reply) => {
    const viewer = signedIn(request);
    const found = await siteFor(site, viewer, (request.params as Params).siteId);
    return showForm(reply, site, found, { status: 200, typed: found.assessment?.answers ?? {}, errors: [] });
  });
  server.post('/sites/:siteId/assessment', (request, reply) => submit(request, reply, site));
}
