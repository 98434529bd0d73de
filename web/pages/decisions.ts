import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { zoneOf } from '../../app/access/zone';
import { sinceThen } from '../../app/cases/for-viewer';
import { wasRecorded } from '../../app/cases/newer';
import { answeredDecisions, decisionsFor, viewDecision, type DecisionView } from '../../app/decisions';
import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { awayWords, seenBefore, seenNow, type Seen, send, type Sent } from '../case/sending';
import { CaseWording } from '../case/wording';
import { decisionView, madeRow, waitingRow } from '../decisions/view';
import { type Field, type FieldError, fieldView, filledIn } from '../forms/fields';
import { pageNumber, paginationOf } from '../forms/paging';
import { type Typed, typedOf } from '../forms/typed';
import { signedIn } from '../guard';
import { forbidden } from '../problems';
import { type Site } from '../site';

const PAGE = 25;

const FIELDS: readonly Field[] = [
  {
    kind: 'choice',
    name: 'verdict',
    label: 'What do you decide?',
    hint: '',
    choices: [
      { value: 'agree', text: 'Agree' },
      { value: 'refuse', text: 'Refuse', hint: 'Then say why: the people who asked read it.' },
    ],
    missing: 'Select whether you agree or refuse',
  },
  {
    kind: 'text',
    name: 'conditions',
    label: 'Conditions, or why not',
    hint: 'Optional where you agree.',
    rows: 4,
    missing: null,
  },
];

interface Shown {
  readonly decision: DecisionView;
  readonly typed: Typed;
  readonly seen: Seen;
  readonly errors: readonly FieldError[];
  /** What others did since the form was opened; null = the case is as its reader saw it. */
  readonly since: number | null;
}

function show(reply: FastifyReply, status: number, { decision, typed, seen, errors, since }: Shown): FastifyReply {
  const { viewed } = decision;
  const view = {
    ...decisionView(decision),
    fields: FIELDS.map((field) => fieldView(field, typed, errors)),
    errors: errors.map(({ text, href }) => ({ text, href })),
    mine: decision.kept === null,
    seen,
    meanwhile: since === null ? null : sinceThen(viewed.shown, since).map(new CaseWording(viewed).line),
    away: viewed.workflows === 'away',
    typed: since === null || decision.kept !== 'decided' ? '' : (typed['conditions'] ?? '').trim(),
  };
  return reply.page('pages/decision.njk', view, { status });
}

function freshly(decision: DecisionView, typed: Typed = {}): Shown {
  const { shown } = decision.viewed;
  return { decision, typed, seen: seenNow(shown, shown.audit), errors: [], since: null };
}

const OVERTAKEN = {
  decided: 'This has been decided meanwhile. Your decision was not recorded.',
  open: 'The case changed while you had this page open. Look at what happened, then send your decision again if it is still right.',
} as const;

/** The second of two people is told what the first decided. */
function overtaken(reply: FastifyReply, decision: DecisionView, typed: Typed, since: number): FastifyReply {
  const text = decision.kept === 'decided' ? OVERTAKEN.decided : OVERTAKEN.open;
  const errors = [{ field: '', text, href: decision.kept === 'decided' ? '#decision' : '#meanwhile' }];
  return show(reply, 409, { ...freshly(decision, typed), errors, since });
}

function errorOf(code: string, text: string): FieldError {
  if (code === 'reason-needed')
    return { field: 'conditions', text: 'Enter why you refuse: the people who asked read it', href: '#conditions' };
  return { field: '', text, href: '#send' };
}

async function answer(
  reply: FastifyReply,
  site: Site,
  viewer: Viewer,
  shown: Shown,
  sent: Sent,
): Promise<FastifyReply> {
  const { decision, typed, seen } = shown;
  const { requestId, caseId } = decision.request;
  switch (sent.outcome) {
    case 'recorded':
      return reply
        .note(`${typed['verdict'] === 'agree' ? 'Agreed' : 'Refused'}. The people concerned are told.`)
        .redirect(`/cases/${caseId}`, 303);
    case 'away':
      return show(reply, 503, { ...shown, errors: [{ field: '', text: awayWords(sent.kept), href: '#send' }] });
    case 'refused':
      return show(reply, 409, {
        ...shown,
        seen: sent.code === 'command-id-reused' ? freshly(decision).seen : seen,
        errors: [errorOf(sent.code, sent.text)],
      });
    case 'overtaken': {
      const now = await viewDecision(site.services, viewer, requestId, site.now().toISOString());
      return overtaken(reply, now, typed, seen.sequence);
    }
  }
}

type Params = { readonly requestId: string };

async function submit(request: FastifyRequest, reply: FastifyReply, site: Site): Promise<FastifyReply> {
  const viewer = signedIn(request);
  const { services } = site;
  const { requestId } = request.params as Params;
  const decision = await viewDecision(services, viewer, requestId, site.now().toISOString());
  if (!may(viewer, 'decide', decision.viewed.where)) throw forbidden();
  const typed = typedOf(request.body);
  const seen = seenBefore(typed);
  const { caseId, ask } = decision.request;
  const shown: Shown = { decision, typed, seen, errors: [], since: null };
  const repeated = decision.kept === 'decided' && (await wasRecorded(services, caseId, seen.commandId));
  if (decision.kept === 'decided' && !repeated) return overtaken(reply, decision, typed, seen.sequence);
  if (decision.kept !== null && !repeated) return show(reply, 403, shown);
  const { values, errors } = filledIn(FIELDS, typed);
  const why =
    values['verdict'] === 'refuse' && values['conditions'] === undefined ? [errorOf('reason-needed', '')] : [];
  if (errors.length + why.length > 0) return show(reply, 400, { ...shown, errors: [...errors, ...why] });
  const action = ask.kind === 'exception' ? 'decide-exception' : 'decide-extension';
  const sent = await send(services, viewer, caseId, action, { ...values, request: requestId }, seen);
  return answer(reply, site, viewer, shown, sent);
}

/** What waits for a decision, what was decided, and one request with its case's history beside it. */
export function decisionPages(server: FastifyInstance, site: Site): void {
  const { services } = site;

  server.get('/decisions', async (request, reply) => {
    const viewer = signedIn(request);
    if (!may(viewer, 'decide') && !may(viewer, 'verify')) throw forbidden();
    const page = pageNumber(typedOf(request.query)['page']);
    const now = site.now().toISOString();
    const [waiting, zone] = await Promise.all([
      decisionsFor(services, viewer, now, { limit: PAGE, offset: (page - 1) * PAGE }),
      zoneOf(services, now),
    ]);
    return reply.page('pages/decisions.njk', {
      title: 'Decisions',
      rows: waiting.items.map((one) => waitingRow(one, now, zone)),
      total: waiting.total,
      pagination: paginationOf(page, PAGE, waiting.total, (number) => `/decisions?page=${number}`),
      decides: may(viewer, 'decide'),
    });
  });

  server.get('/decisions/answered', async (request, reply) => {
    const viewer = signedIn(request);
    if (!may(viewer, 'decide')) throw forbidden();
    const page = pageNumber(typedOf(request.query)['page']);
    const now = site.now().toISOString();
    const [made, zone] = await Promise.all([
      answeredDecisions(services, viewer, { limit: PAGE, offset: (page - 1) * PAGE }),
      zoneOf(services, now),
    ]);
    return reply.page('pages/decisions-answered.njk', {
      title: 'Answered requests',
      rows: made.items.map((one) => madeRow(one, zone)),
      total: made.total,
      pagination: paginationOf(page, PAGE, made.total, (number) => `/decisions/answered?page=${number}`),
    });
  });

  server.get('/decisions/:requestId', async (request, reply) => {
    const viewer = signedIn(request);
    const { requestId } = request.params as Params;
    return show(reply, 200, freshly(await viewDecision(services, viewer, requestId, site.now().toISOString())));
  });

  server.post('/decisions/:requestId', (request, reply) => submit(request, reply, site));
}
