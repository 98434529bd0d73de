import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { may, NEEDED } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { Failure } from '../../domain/errors';
import { type Instant } from '../../domain/records';
import { type BulkAction } from '../../domain/tasks/words';
import { type WorkStage } from '../../domain/vocabulary';
import { keepSubmission, type Submission, submissionOfLink, type TaskResult } from '../../register/task-submissions';
import { claimLink, endClaim } from '../../register/task-links';
import { type CasePlace, placesOf } from '../../register/tasks';
import { actOnCase } from '../cases/act-on-case';
import { type ActionInput } from '../cases/action-input';
import { concurrently, IN_FLIGHT } from '../concurrently';
import { type KeptUpload } from '../evidence/upload';
import { type Services } from '../services';

/** One device of a submission, as its sender saw it. */
export interface SeenTask {
  readonly caseId: string;
  readonly revision: number;
}

/** An action on many devices of one site and stage. */
export interface TaskRequest {
  /** A link, or the page on which the form was filled in: the same form sent twice has the same. */
  readonly source: { readonly linkId: string } | { readonly page: string };
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly tasks: readonly SeenTask[];
  readonly input: ActionInput & { readonly action: BulkAction };
  readonly file: KeptUpload | null;
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/** The same person, form and content make the same command for a device, so that it is carried out once however often it is sent. */
function commandDigest({ id }: Viewer, { source, siteId, stage, input, file }: TaskRequest): string {
  return digest([id, source, siteId, stage, input, file?.kind ?? null, file?.stored.sha256 ?? null]);
}

/** Not this site's, not this person's, or not there: nobody can tell which. */
const NOT_HERE = {
  code: 'not-here',
  message: 'This device has no task here any more: it was moved, or somebody else did it.',
} as const;

function isHere(place: CasePlace | undefined, viewer: Viewer, { siteId, input }: TaskRequest): place is CasePlace {
  return place !== undefined && place.siteId === siteId && may(viewer, NEEDED[input.action], place);
}

/** The words that a rejection says to people who have pages: commands mean nothing to them. */
function inWords({ code, message }: Failure): string {
  if (code === 'stale-revision')
    return 'This device’s case has changed since you opened the page. Look at it again, then confirm.';
  if (code === 'case-closed' || code === 'not-running') return 'This device’s case has been closed meanwhile.';
  if (code === 'command-id-reused') return 'This was recorded before, with other details.';
  if (code === 'no-answer') return 'This was not answered in time. It may still be recorded: look again in a minute.';
  return message;
}

/** What a failure means for one device; others stop the submission. */
function answerOf(error: unknown, caseId: string): TaskResult {
  if (error instanceof Failure) return { caseId, code: error.code, message: inWords(error) };
  throw error;
}

async function carryOut(
  services: Services,
  viewer: Viewer,
  request: TaskRequest,
  command: string,
): Promise<readonly TaskResult[]> {
  const { tasks, input, file } = request;
  const ids = tasks.map(({ caseId }) => caseId);
  const places = await placesOf(await services.register(), ids);
  const results = new Map<string, TaskResult>();
  await concurrently(tasks, IN_FLIGHT, async ({ caseId, revision }) => {
    if (!isHere(places.get(caseId), viewer, request)) {
      results.set(caseId, { caseId, ...NOT_HERE });
      return;
    }
    const handedIn = file === null ? {} : { handedIn: { ...file, note: 'note' in input ? input.note : '' } };
    const options = { commandId: `tasks/${command}/${caseId}`, expectedRevision: revision, ...handedIn };
    try {
      await actOnCase(services, caseId, input, { as: null, typist: viewer.email }, options);
      results.set(caseId, { caseId, code: null, message: '' });
    } catch (error) {
      results.set(caseId, answerOf(error, caseId));
    }
  });
  return tasks.flatMap(({ caseId }) => results.get(caseId) ?? []);
}

async function submit(services: Services, viewer: Viewer, request: TaskRequest, now: Instant): Promise<Submission> {
  const { source, siteId, stage, tasks, input } = request;
  const command = commandDigest(viewer, request);
  const results = await carryOut(services, viewer, request, command);
  const submission = {
    submissionId: `t_${digest([command, tasks.map(({ caseId }) => caseId).sort()])}`,
    linkId: 'linkId' in source ? source.linkId : null,
    doneBy: viewer.id,
    siteId,
    stage,
    action: input.action,
    at: now,
    results,
  };
  if (isAccepted(submission)) await keepSubmission(await services.register(), submission);
  return submission;
}

/** True where a device at least accepted what was asked. */
export function isAccepted({ results }: Pick<Submission, 'results'>): boolean {
  return results.some(({ code }) => code === null);
}

/** Milliseconds after which a claim is one of a process that was killed. */
const CLAIM_LAPSES = 60_000;
/** Milliseconds between looks at a link that another form has. */
const LOOK_AGAIN = 200;

/** One form of a link after the other: whoever comes second gets what the first did. */
async function submitByLink(
  services: Services,
  viewer: Viewer,
  request: TaskRequest,
  linkId: string,
  now: Instant,
): Promise<Submission> {
  const pool = await services.register();
  for (;;) {
    const at = new Date();
    const lapsed = new Date(at.getTime() - CLAIM_LAPSES).toISOString();
    const claim = await claimLink(pool, linkId, at.toISOString(), lapsed);
    if (claim === 'claimed') break;
    const before = claim === 'gone' ? await submissionOfLink(pool, linkId) : null;
    if (before !== null) return before;
    if (claim === 'gone') throw new Failure('link-ended', 'This link does not work any more.', { exit: 1 });
    await pause(LOOK_AGAIN);
  }
  let end: 'used' | 'open' = 'open';
  try {
    const submission = await submit(services, viewer, request, now);
    if (isAccepted(submission)) end = 'used';
    return submission;
  } finally {
    await endClaim(pool, linkId, end, now);
  }
}

/**
 * Carries an action out on each of these devices in the viewer's name. One that is refused stops no other. A double click or
 * a replay does nothing twice and gets the same answers. The link that it came by is used up once a device has accepted;
 * after that nothing more is done by it, and whoever asks gets what was done.
 * @returns what became of it; kept, unless no device accepted
 * @throws Failure (exit 1) `link-ended`; (exit 3) where Temporal or the register is not there
 */
export async function actOnTasks(
  services: Services,
  viewer: Viewer,
  request: TaskRequest,
  now: Instant,
): Promise<Submission> {
  const { source } = request;
  await services.temporal();
  if (!('linkId' in source)) return submit(services, viewer, request, now);
  return submitByLink(services, viewer, request, source.linkId, now);
}
