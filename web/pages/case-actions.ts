import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { sinceThen, viewCase, type ViewedCase } from '../../app/cases/for-viewer';
import { wasRecorded } from '../../app/cases/newer';
import { type Colleague, takersAt } from '../../app/cases/takers';
import { may, NEEDED } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { CASE_ACTIONS } from '../../domain/case-actions';
import { ACTION_SHOWN } from '../../domain/case-words';
import { isOneOf } from '../../domain/vocabulary';
import { type FormAction, formOf } from '../case/action-forms';
import { evidenceFields, fileView, handedIn } from '../case/evidence';
import { awayWords, seenBefore, seenNow, type Seen, send, type Sent } from '../case/sending';
import { CaseWording } from '../case/wording';
import { fieldView, type Field, type FieldError, filledIn, hrefOf } from '../forms/fields';
import { type Typed, typedOf } from '../forms/typed';
import { signedIn } from '../guard';
import { forbidden, notFound } from '../problems';
import { type Site } from '../site';
import { readUploads } from '../uploads';

type Params = { readonly caseId: string; readonly action: string };

function actionOf(name: string): FormAction {
  if (isOneOf(CASE_ACTIONS, name) && name !== 'decide-extension' && name !== 'decide-exception') return name;
  throw notFound();
}

/** Where each refusal belongs: the first of these fields that the form has. */
const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  'date-in-past': ['on', 'until', 'to'],
  'after-upgrade': ['on'],
  'not-later': ['on', 'until'],
  'beyond-next-stage': ['on'],
  'beyond-calendar': ['on', 'until', 'to'],
  'bad-date': ['on', 'until', 'to'],
  'note-needed': ['note'],
  'evidence-needed': ['evidence'],
  'reason-needed': ['reason', 'text'],
  'control-needed': ['control'],
  'nothing-to-retract': ['stage'],
  'later-stage-done': ['stage'],
  'already-asked': ['stage', 'until'],
};

function errorOf(code: string, text: string, fields: readonly Field[]): FieldError {
  const names = FIELDS_OF[code] ?? [];
  const field = fields.find(({ name }) => names.includes(name));
  return field === undefined ? { field: '', text, href: '#send' } : { field: field.name, text, href: hrefOf(field) };
}

/** A case's form as it is about to be shown, filled in or not. */
interface Shown {
  readonly action: FormAction;
  readonly viewed: ViewedCase;
  readonly takers: readonly Colleague[];
  readonly typed: Typed;
  readonly seen: Seen;
  readonly errors: readonly FieldError[];
  /** What others did since the form was opened; null = the case is as its reader saw it. */
  readonly since: number | null;
  readonly now: Date;
}

/** Nobody books, asks for or plans anything later than this. */
function tenYearsFrom(now: Date): string {
  return `${now.getUTCFullYear() + 10}${now.toISOString().slice(4, 10)}`;
}

function fieldsOf({ action, viewed, takers, now }: Pick<Shown, 'action' | 'viewed' | 'takers' | 'now'>) {
  const form = formOf(action, { viewed, takers, day: new CaseWording(viewed).day, latest: tenYearsFrom(now) });
  return { form, fields: [...form.fields, ...evidenceFields(form)] };
}

function showForm(reply: FastifyReply, status: number, shown: Shown): FastifyReply {
  const { action, viewed, typed, seen, errors, since } = shown;
  const { form, fields } = fieldsOf(shown);
  const wording = new CaseWording(viewed);
  const view = {
    title: `${ACTION_SHOWN[action]}: ${viewed.shown.assetId}`,
    action,
    heading: ACTION_SHOWN[action],
    assetId: viewed.shown.assetId,
    caseId: viewed.shown.caseId,
    siteName: viewed.site.name,
    form,
    fields: fields.map((field) => fieldView(field, typed, errors)),
    file: fileView(form, typed, errors),
    errors: errors.map(({ text, href }) => ({ text, href })),
    meanwhile: since === null ? null : sinceThen(viewed.shown, since).map(wording.line),
    button: since === null ? form.button : `${form.button} all the same`,
    seen,
    away: viewed.workflows === 'away',
  };
  return reply.page('pages/case-action.njk', view, { status });
}

/** What the action's own command is asked with, by what was filled in. */
function optionsOf(
  action: FormAction,
  values: Readonly<Record<string, string>>,
  takers: readonly Colleague[],
): Readonly<Record<string, string>> {
  if (action === 'reassign') return { to: takers.find(({ contactId }) => contactId === values['to'])?.email ?? '' };
  if (action !== 'move-upgrade') return values;
  const { planned, to, ...rest } = values;
  return { ...rest, to: planned === 'no' ? 'none' : (to ?? '') };
}

/** What fields cannot say one by one. */
function together(action: FormAction, values: Readonly<Record<string, string>>): readonly FieldError[] {
  if (action !== 'move-upgrade' || values['planned'] !== 'yes' || values['to'] !== undefined) return [];
  return [{ field: 'to', text: 'Enter the day of the upgrade', href: '#to-day' }];
}

/** The case is no longer one for this action: somebody else did it, or something else came first. */
function tooLate(reply: FastifyReply, { action, viewed, typed }: Shown, since: number): FastifyReply {
  const wording = new CaseWording(viewed);
  const said = Object.entries(typed).filter(([name, value]) => isKept(name) && value.trim() !== '');
  const view = {
    title: `Not possible now: ${viewed.shown.assetId}`,
    heading: `“${ACTION_SHOWN[action]}” is not possible now`,
    caseId: viewed.shown.caseId,
    assetId: viewed.shown.assetId,
    meanwhile: sinceThen(viewed.shown, since).map(wording.line),
    withheld: action === 'verify-removal' ? viewed.withheld : null,
    next: viewed.shown.nextAction,
    typed: said.map(([, value]) => value),
  };
  return reply.page('pages/case-too-late.njk', view, { status: 409 });
}

function isKept(name: string): boolean {
  return ['note', 'reason', 'text', 'control', 'evidence'].includes(name);
}

async function opened(site: Site, viewer: Viewer, { caseId, action: name }: Params) {
  const action = actionOf(name);
  const viewed = await viewCase(site.services, viewer, caseId, site.now().toISOString());
  if (!may(viewer, NEEDED[action], viewed.where)) throw forbidden();
  const takers = action === 'reassign' ? await takersAt(site.services, viewed.where) : [];
  return { action, viewed, takers };
}

async function answer(
  reply: FastifyReply,
  site: Site,
  viewer: Viewer,
  shown: Shown,
  sent: Sent,
): Promise<FastifyReply> {
  const { action, seen, takers, typed } = shown;
  switch (sent.outcome) {
    case 'recorded': {
      const { caseId, outcome, nextAction } = sent.answer;
      const next =
        outcome !== null ? 'The case is closed.' : nextAction === '' ? '' : `What comes next: ${nextAction}.`;
      return reply.note(`Recorded: ${ACTION_SHOWN[action]}. ${next}`.trim()).redirect(`/cases/${caseId}`, 303);
    }
    case 'refused':
      return showForm(reply, 409, {
        ...shown,
        seen: sent.code === 'command-id-reused' ? seenNow(shown.viewed.shown, shown.viewed.shown.audit) : seen,
        errors: [errorOf(sent.code, sent.text, fieldsOf(shown).fields)],
      });
    case 'away':
      return showForm(reply, 503, {
        ...shown,
        errors: [{ field: '', text: awayWords(sent.kept), href: '#send' }],
      });
    case 'overtaken': {
      const viewed = await viewCase(site.services, viewer, shown.viewed.shown.caseId, site.now().toISOString());
      const now = { ...shown, viewed, takers, typed };
      if (!viewed.offers.includes(action)) return tooLate(reply, now, seen.sequence);
      return showForm(reply, 409, {
        ...now,
        seen: { ...seenNow(viewed.shown, viewed.shown.audit) },
        errors: [
          {
            field: '',
            text: 'The case changed while you had this form open. Look at what happened, then send it again if it is still right.',
            href: '#meanwhile',
          },
        ],
        since: seen.sequence,
      });
    }
  }
}

async function submit(request: FastifyRequest, reply: FastifyReply, site: Site): Promise<FastifyReply> {
  const viewer = signedIn(request);
  const { action, viewed, takers } = await opened(site, viewer, request.params as Params);
  const typed = typedOf(request.body);
  const seen = seenBefore(typed);
  const { caseId } = viewed.shown;
  const shown: Shown = { action, viewed, takers, typed, seen, errors: [], since: null, now: site.now() };
  // Sent twice by a double click: the first has done it, so that it is no longer on offer, and both get the same answer.
  const offered = action === 'reopen' || viewed.offers.includes(action);
  if (!offered && !(await wasRecorded(site.services, caseId, seen.commandId)))
    return tooLate(reply, shown, seen.sequence);
  const { form, fields } = fieldsOf(shown);
  const { values, errors } = filledIn(fields, typed);
  const handed = await handedIn(site.services, request, form, typed);
  const all = [...errors, ...together(action, values), ...(handed.outcome === 'wrong' ? [handed.error] : [])];
  if (all.length > 0)
    return showForm(reply, handed.outcome === 'wrong' ? handed.status : 400, { ...shown, errors: all });
  const { evidence, ...others } = optionsOf(action, values, takers);
  const file = handed.outcome === 'file' ? handed.submission : null;
  const options = file === null && evidence !== undefined ? { ...others, evidence } : others;
  return answer(reply, site, viewer, shown, await send(site.services, viewer, caseId, action, options, seen, file));
}

/** What a link may have chosen already; a link writes no words for anybody. */
function chosenIn({ result, stage }: Typed): Typed {
  return { ...(result !== undefined && { result }), ...(stage !== undefined && { stage }) };
}

/** Every action on a case: a form each, that is shown by GET and carried out by POST. */
export function caseActionPages(server: FastifyInstance, site: Site): void {
  server.get('/cases/:caseId/actions/:action', async (request, reply) => {
    const viewer = signedIn(request);
    const params = request.params as Params;
    const { action, viewed, takers } = await opened(site, viewer, params);
    const { caseId } = viewed.shown;
    if (caseId !== params.caseId) return reply.redirect(`/cases/${caseId}/actions/${action}`, 303);
    const seen = seenNow(viewed.shown, viewed.shown.audit);
    const shown: Shown = {
      action,
      viewed,
      takers,
      typed: chosenIn(typedOf(request.query)),
      seen,
      errors: [],
      since: null,
      now: site.now(),
    };
    if (!viewed.offers.includes(action)) return tooLate(reply, shown, seen.sequence);
    return showForm(reply, 200, shown);
  });
  // Nobody sends us a file before we know who they are.
  const upload = { preValidation: [async (request: FastifyRequest) => void signedIn(request), readUploads] };
  server.post('/cases/:caseId/actions/:action', upload, (request, reply) => submit(request, reply, site));
}
