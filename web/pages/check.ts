import { type FastifyInstance } from 'fastify';
import {
  type Adviser,
  checkDeployment,
  type ChecksPage,
  checksOf,
  type ShownCheck,
  showCheck,
} from '../../app/deployment-check';
import { mayEverywhere } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { fullMoment } from '../../domain/dates-for-people';
import { adviceOn } from '../../domain/deployment-advice';
import {
  type DeploymentCheck,
  LONGEST_ANSWER,
  type Question,
  QUESTION_FIELDS,
  type QuestionField,
  type QuestionProblem,
  type QuestionText,
  readQuestion,
  readReference,
} from '../../domain/deployment-check';
import { DECISION_SHOWN, ROLE_SHOWN } from '../../domain/wording';
import { permit, signedIn } from '../guard';
import { notFound } from '../problems';
import { type Site } from '../site';

/** The fields of a form or a query; what is missing, repeated or no text is empty. */
function typedIn(source: unknown): QuestionText {
  const sent =
    typeof source === 'object' && source !== null ? new Map<string, unknown>(Object.entries(source)) : new Map();
  const text = (field: QuestionField): string => {
    const value: unknown = sent.get(field);
    return typeof value === 'string' ? value : '';
  };
  return { make: text('make'), model: text('model'), mac: text('mac'), type: text('type'), site: text('site') };
}

function formView(viewer: Viewer, typed: QuestionText, problems: readonly QuestionProblem[]): object {
  const errors = problems.map(({ field, text }) => ({ text, href: `#${field}` }));
  const errorOf = (field: QuestionField): { text: string } | undefined => {
    const problem = problems.find((one) => one.field === field);
    return problem === undefined ? undefined : { text: problem.text };
  };
  const fields = Object.fromEntries(
    QUESTION_FIELDS.map((field) => [
      field,
      { value: typed[field].slice(0, LONGEST_ANSWER + 1), error: errorOf(field) },
    ]),
  );
  return { title: 'Check before installing', errors, fields, seesAll: mayEverywhere(viewer, 'see-programme') };
}

/** "Hikvision DS-2CD, 44:19:b6:00:00:01": what was asked about, in one line. */
function asked({ make, model, mac }: Question): string {
  const name = [make, model].filter((part) => part !== null).join(' ');
  return [name, mac ?? ''].filter((part) => part !== '').join(', ');
}

const SITE_WORDS = {
  sensitive: 'sensitive',
  'not-sensitive': 'not sensitive',
  unassessed: 'not yet assessed',
} as const;

function siteLine({ site, question }: DeploymentCheck): string {
  if (site.known) return `${site.name} (${site.siteId}), ${SITE_WORDS[site.sensitivity]}`;
  return question.site === null
    ? 'Not said: a sensitive site is assumed'
    : `“${question.site}” is no site that you can see: a sensitive site is assumed`;
}

/** The question again, to be changed and asked anew. */
function askAgain({ make, model, mac, deviceType, site }: Question): string {
  const fields = { make, model, mac, type: deviceType, site };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null) query.append(name, value);
  return `/check?${query.toString()}`;
}

const adviserLine = ({ name, role, email }: Adviser) => ({ name, role: ROLE_SHOWN[role], email });

function answerView({ check, advisers }: ShownCheck): object {
  const { question, decision, reference } = check;
  return {
    title: `${DECISION_SHOWN[decision]}: ${reference}`,
    decision,
    heading: DECISION_SHOWN[decision],
    reference,
    rows: [
      ['Make', question.make ?? 'Not said'],
      ['Model', question.model ?? 'Not said'],
      ['MAC address', question.mac ?? 'Not said'],
      ['Kind of device', question.deviceType ?? 'Not said'],
      ['Site', siteLine(check)],
    ],
    record: [
      ['Reference', reference],
      ['Asked on', fullMoment(check.at, check.zone)],
      ['Asked by', check.askedByName ?? check.askedBy],
      ['Policy', `${check.policyTitle}, version ${check.policyVersion}`],
    ],
    advice: adviceOn(check, check.site),
    reasons: check.reasons,
    advisers: advisers.map(adviserLine),
    again: askAgain(question),
  };
}

type Whose = 'mine' | 'all';

function pageLink(whose: Whose, page: number): string {
  return `/checks?${new URLSearchParams({ ...(whose === 'all' ? { whose } : {}), page: String(page) }).toString()}`;
}

function listView(viewer: Viewer, whose: Whose, { checks, total, page, pages }: ChecksPage): object {
  return {
    title: whose === 'all' ? 'All checks' : 'Checks that you made',
    whose,
    seesAll: mayEverywhere(viewer, 'see-programme'),
    total,
    rows: checks.map((check) => ({
      reference: check.reference,
      asked: asked(check.question),
      answer: DECISION_SHOWN[check.decision],
      at: fullMoment(check.at, check.zone),
      by: check.askedByName ?? check.askedBy,
    })),
    page,
    pages,
    previous: page > 1 ? pageLink(whose, page - 1) : null,
    next: page < pages ? pageLink(whose, page + 1) : null,
  };
}

/** A page number from a query; 1 where it is none. */
function pageNumber(query: unknown): number {
  const text = (query as { readonly page?: unknown }).page;
  return typeof text === 'string' && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

/** "May we install this?": the question, its answer under a reference, and the answers given so far. */
export function checkPages(server: FastifyInstance, site: Site): void {
  server.get('/check', (request, reply) => {
    const viewer = permit(request, 'check-deployment');
    return reply.page('pages/check.njk', formView(viewer, typedIn(request.query), []));
  });

  server.post('/check', async (request, reply) => {
    const viewer = permit(request, 'check-deployment');
    const typed = typedIn(request.body);
    const read = readQuestion(typed);
    if ('problems' in read)
      return reply.page('pages/check.njk', formView(viewer, typed, read.problems), { status: 400 });
    const { reference } = await checkDeployment(site.services, viewer, read.question, site.now());
    return reply.redirect(`/check/${reference}`, 303);
  });

  server.get<{ Params: { reference: string } }>('/check/:reference', async (request, reply) => {
    const viewer = signedIn(request);
    const reference = readReference(request.params.reference);
    const shown = reference === null ? null : await showCheck(site.services, viewer, reference);
    if (shown === null) throw notFound();
    return reply.page('pages/check-answer.njk', answerView(shown));
  });

  server.get('/checks', async (request, reply) => {
    const viewer = permit(request, 'check-deployment');
    const wanted = (request.query as { readonly whose?: unknown }).whose;
    const whose = wanted === 'all' && mayEverywhere(viewer, 'see-programme') ? 'all' : 'mine';
    const list = await checksOf(site.services, viewer, { whose, page: pageNumber(request.query) });
    return reply.page('pages/checks.njk', listView(viewer, whose, list));
  });
}
