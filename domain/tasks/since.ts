import { type Instant } from '../records';
import { type Outcome, type WorkStage } from '../vocabulary';

/** Something that happened to a case after a mail about it. */
export interface SinceEvent {
  readonly type: string;
  readonly at: Instant;
  /** Contact id, `ops:<user>` or `system`. */
  readonly actor: string;
  /** Of `retracted`. */
  readonly stage: WorkStage | null;
  /** Of `reassigned`: a contact id. */
  readonly to: string | null;
}

/** Why a task is not what it was when the mail was written. */
export type Change =
  | { readonly kind: 'done' | 'proposed' | 'taken-back' | 'handed-on'; readonly at: Instant; readonly actor: string }
  | { readonly kind: 'closed'; readonly at: Instant; readonly actor: string; readonly outcome: Outcome | null }
  | { readonly kind: 'moved'; readonly to: 'another-site' | 'another-department' };

/** As much of a link and of one of its cases as says what has changed. */
export interface Linked {
  readonly link: {
    readonly contactId: string;
    readonly siteId: string;
    readonly departmentId: string;
    readonly stage: WorkStage;
  };
  readonly moved: boolean;
  readonly siteId: string;
  readonly departmentId: string;
  readonly outcome: Outcome | null;
  readonly since: readonly SinceEvent[];
}

const DONE: Readonly<Record<WorkStage, string>> = {
  assess: 'assessed',
  disconnect: 'disconnected',
  schedule: 'scheduled',
  remove: 'removed',
  verify: 'verified',
};

/** What an event means for the task of a stage; null = nothing. */
function meaning(event: SinceEvent, { link: { stage, contactId }, outcome }: Linked): Change | null {
  const { type, at, actor } = event;
  switch (type) {
    case DONE[stage]:
      return { kind: 'done', at, actor };
    case 'retracted':
      return event.stage === stage ? { kind: 'taken-back', at, actor } : null;
    case 'assessment-proposed':
      return stage === 'assess' ? { kind: 'proposed', at, actor } : null;
    case 'reassigned':
      return event.to === contactId ? null : { kind: 'handed-on', at, actor };
    case 'closed':
      return { kind: 'closed', at, actor, outcome };
    default:
      return null;
  }
}

/**
 * What has changed for a task since its mail: the last thing that matters. Null = it is as it was, whatever else happened
 * to the case: that another stage was done meanwhile, or a date moved, takes no task away.
 */
export function changeSince(linked: Linked): Change | null {
  const { link, moved, siteId, departmentId, since } = linked;
  if (departmentId !== link.departmentId) return { kind: 'moved', to: 'another-department' };
  if (moved || siteId !== link.siteId) return { kind: 'moved', to: 'another-site' };
  const changes = since.flatMap((event) => meaning(event, linked) ?? []);
  // What was done stays the news: that the case then closed follows from it.
  return changes.findLast(({ kind }) => kind !== 'closed') ?? changes.at(-1) ?? null;
}
