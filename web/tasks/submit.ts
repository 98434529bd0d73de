import { type FastifyRequest } from 'fastify';
import { actOnTasks, isAccepted, type TaskRequest } from '../../app/tasks/act-on-tasks';
import { MOST_TASKS } from '../../app/tasks/open-link';
import { type KeptUpload } from '../../app/evidence/upload';
import { type TaskView } from '../../app/tasks/task-view';
import { type Viewer } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { type Form } from '../form';
import { statusOf } from '../problems';
import { type Site } from '../site';
import { keptUpload, sentKind } from '../uploads';
import { FIELDS } from './fields';
import { type Asked, type FieldError, readForm } from './read-form';

/** A form that can be sent, or why it cannot yet. */
export type Prepared =
  | { readonly ready: true; readonly request: Pick<TaskRequest, 'tasks' | 'input' | 'file'> }
  | { readonly ready: false; readonly status: number; readonly errors: readonly FieldError[] };

/** The cases in which agreement is asked for. */
export function proposedIn(tasks: readonly TaskView[]): ReadonlySet<string> {
  return new Set(tasks.flatMap(({ caseId, asks }) => (asks === 'agreement' ? [caseId] : [])));
}

async function fileOf(site: Site, request: FastifyRequest, asked: Asked, form: Form): Promise<KeptUpload | null> {
  if (!FIELDS[asked.action].includes('file')) return null;
  return keptUpload(site.services, request, 'file', sentKind(form.one('kind')));
}

/** Reads the form of a request and keeps its file. What is wrong with either is said at its field. */
export async function prepare(site: Site, request: FastifyRequest, asked: Asked, form: Form): Promise<Prepared> {
  const sent = request.uploads.some(({ field }) => field === 'file') ? 'file' : 'no-file';
  const read = readForm(asked, form, sent, MOST_TASKS);
  if (!read.read) return { ready: false, status: 400, errors: read.errors };
  try {
    const file = await fileOf(site, request, asked, form);
    return { ready: true, request: { tasks: read.tasks, input: read.input, file } };
  } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith('file-')) throw error;
    const status = error.code === 'file-too-large' ? 413 : 400;
    return { ready: false, status, errors: [{ text: error.message, href: '#file' }] };
  }
}

/** What a form led to: the page of what was recorded, or what to say above the form. */
export type Sent =
  | { readonly recorded: true; readonly location: string }
  | { readonly recorded: false; readonly status: number; readonly errors: readonly FieldError[] };

const AWAY = 'What you confirmed could not be recorded: a service that is needed is away. Try again in some minutes.';

/** Carries a form out in the viewer's name. */
export async function send(site: Site, viewer: Viewer, request: TaskRequest): Promise<Sent> {
  try {
    const submission = await actOnTasks(site.services, viewer, request, site.now().toISOString());
    if (isAccepted(submission)) return { recorded: true, location: `/recorded/${submission.submissionId}` };
    const words = [...new Set(submission.results.map(({ message }) => message))];
    return { recorded: false, status: 409, errors: words.map((text) => ({ text, href: '#device-1' })) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = error.exit === 3 ? AWAY : error.message;
    return { recorded: false, status: statusOf(error), errors: [{ text, href: '#device-1' }] };
  }
}
