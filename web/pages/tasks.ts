import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { tasksAt, type TasksAt } from '../../app/tasks/tasks-at';
import { tasksOf } from '../../app/tasks/tasks-of';
import { submitted } from '../../app/tasks/submitted';
import { type TaskView } from '../../app/tasks/task-view';
import { newSecret } from '../../app/access/secrets';
import { count } from '../../domain/counted';
import { type BulkAction, MAIN_ACTION, TASK_ACTION, WHAT_TO_DO } from '../../domain/tasks/words';
import { isOneOf, STAGES, type WorkStage } from '../../domain/vocabulary';
import { Form } from '../form';
import { permit, signedIn } from '../guard';
import { notFound } from '../problems';
import { type Site } from '../site';
import { agreementWords, insteadLinks, tasksHref } from '../tasks/links';
import { formView } from '../tasks/form-view';
import { type FieldError } from '../tasks/read-form';
import { prepare, proposedIn, send } from '../tasks/submit';
import { readUploads } from '../uploads';

/** What else can be done to tasks than to do them, by the end of the path. */
/** A map: an address may say "constructor" too. */
const OTHER_ACTIONS: ReadonlyMap<string, BulkAction> = new Map([
  ['more-time', 'request-extension'],
  ['on-it', 'acknowledge'],
]);

interface TaskParams {
  readonly siteId: string;
  readonly stage: string;
  readonly what?: string;
}

/** Which tasks a path names, and what is to be done to them. */
interface Place {
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly action: BulkAction;
}

/** @throws "Page not found" */
function placeOf({ siteId, stage, what }: TaskParams): Place {
  if (!isOneOf(STAGES, stage)) throw notFound();
  const action = what === undefined ? MAIN_ACTION[stage] : OTHER_ACTIONS.get(what);
  if (action === undefined) throw notFound();
  return { siteId, stage, action };
}

/** Everything that can be ticked: one's own first, then colleagues' tasks, marked as such. */
function tickable({ own, others }: TasksAt): TaskView[] {
  const marked = others.map((task) => ({ ...task, notes: [...task.notes, 'A colleague’s task'] }));
  return [...own, ...marked];
}

function showForm(
  reply: FastifyReply,
  { action, stage }: Place,
  found: TasksAt,
  page: string,
  sent: { readonly form: Form; readonly errors: readonly FieldError[]; readonly status: number } | null,
): FastifyReply {
  const tasks = tickable(found);
  const own = new Set(found.own.map(({ caseId }) => caseId));
  const main = action === MAIN_ACTION[stage];
  const view = {
    title: TASK_ACTION[action].title,
    place: found.site.name,
    whatToDo: main ? WHAT_TO_DO[stage] : '',
    agreement: main ? agreementWords(found.own) : null,
    form: formView(action, tasks, own, sent?.form ?? null, sent?.errors ?? []),
    errors: sent?.errors ?? [],
    formAction: reply.request.url.split('?')[0],
    page,
    back: main
      ? { href: '/tasks', text: 'All your tasks' }
      : { href: tasksHref(found.site.siteId, stage), text: 'Back' },
    changed: [],
    instead: main && tasks.length > 0 ? insteadLinks(found.site.siteId, stage) : [],
  };
  return reply.page('pages/task-form.njk', view, { status: sent?.status ?? 200 });
}

/** The pages on which people do their tasks: their list, the form of each site and stage, and what was recorded. */
export function taskPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();

  server.get('/tasks', async (request, reply) => {
    const viewer = permit(request, 'do-tasks');
    const { lists, devices } = await tasksOf(services, viewer, now());
    const shown = lists.map(({ severity, heading, devices: size, tasks }) => ({
      severity,
      heading,
      size: count(size, 'device'),
      tasks: tasks.map(({ siteId, stage, due, ...task }) => ({
        ...task,
        href: tasksHref(siteId, stage),
        due: due.date === null ? 'No date yet' : `Due ${due.date}${due.when === '' ? '' : ` (${due.when})`}`,
      })),
    }));
    const title = devices === 0 ? 'Your tasks' : `Your tasks: ${count(devices, 'device')}`;
    return reply.page('pages/tasks.njk', { title, lists: shown });
  });

  const show = async (request: FastifyRequest<{ Params: TaskParams }>, reply: FastifyReply): Promise<FastifyReply> => {
    const viewer = signedIn(request);
    const place = placeOf(request.params);
    const found = await tasksAt(services, viewer, place, now());
    if (found === null) throw notFound();
    return showForm(reply, place, found, newSecret(), null);
  };

  const act = async (request: FastifyRequest<{ Params: TaskParams }>, reply: FastifyReply): Promise<FastifyReply> => {
    const viewer = signedIn(request);
    const place = placeOf(request.params);
    const found = await tasksAt(services, viewer, place, now());
    if (found === null) throw notFound();
    const form = Form.of(request);
    const page = form.one('page').slice(0, 100);
    const asked = { ...place, proposed: proposedIn(tickable(found)) };
    const prepared = await prepare(site, request, asked, form);
    if (!prepared.ready) return showForm(reply, place, found, page, { form, ...prepared });
    const { siteId, stage } = place;
    const sent = await send(site, viewer, { source: { page }, siteId, stage, ...prepared.request });
    if (sent.recorded) return reply.redirect(sent.location, 303);
    const newest = (await tasksAt(services, viewer, place, now())) ?? found;
    return showForm(reply, place, newest, page, { form, ...sent });
  };

  // Nobody sends us a file before we know who they are.
  const upload = { preValidation: [async (request: FastifyRequest) => void signedIn(request), readUploads] };
  for (const path of ['/tasks/:siteId/:stage', '/tasks/:siteId/:stage/:what']) {
    server.get<{ Params: TaskParams }>(path, show);
    server.post<{ Params: TaskParams }>(path, upload, act);
  }

  server.get<{ Params: { readonly submissionId: string } }>('/recorded/:submissionId', async (request, reply) => {
    const viewer = signedIn(request);
    const found = await submitted(services, viewer, request.params.submissionId, now());
    if (found === null) throw notFound();
    const { siteId, siteName, stage, action, tasks, recorded, on } = found;
    const refused = tasks.filter(({ accepted }) => !accepted);
    const left = (await tasksAt(services, viewer, found, now()))?.own.length ?? 0;
    return reply.page('pages/task-recorded.njk', {
      title: `Recorded for ${count(recorded, 'device')}`,
      heading: `Recorded for ${count(recorded, 'device')}`,
      summary: `${TASK_ACTION[action].title}, ${siteName}, ${on}`,
      recorded: tasks.filter(({ accepted }) => accepted),
      refused,
      refusedWords: `${count(refused.length, 'device')} could not be recorded.`,
      left:
        left === 0 || action !== MAIN_ACTION[stage]
          ? null
          : { href: tasksHref(siteId, stage), text: `${count(left, 'device')} left to do here` },
    });
  });
}
