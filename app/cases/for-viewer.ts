import { ALLOWED, may, NEEDED, type Permission, reaches } from '../../domain/access/permissions';
import { type Viewer, type Where } from '../../domain/access/roles';
import { type CaseAction } from '../../domain/case-actions';
import { Failure } from '../../domain/errors';
import { calendarOf, type WorkingCalendar } from '../../domain/calendar';
import { distanceOf, distanceWords } from '../../domain/dates-for-people';
import { raisesRevision } from '../../domain/lifecycle';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { isOneOf, ROLES, type Role } from '../../domain/vocabulary';
import { ROLE_SHOWN } from '../../domain/wording';
import { siteFacts, type SiteFacts, type TrailEvent } from '../../register/case-detail';
import { type CaseRecord, spellsOf } from '../../register/cases';
import { noteSensitiveRead } from '../access/log';
import { bankHolidays } from '../calendar/bank-holidays';
import { type Services } from '../services';
import { sharedToTheSecond } from '../to-the-second';
import { workflowsThere } from '../workflows-there';
import { theCase } from './find';
import { type CaseInFull, isProposed, readCase } from './show';

/** A spell of the same device that its reader may look at. */
export type Spell = Pick<CaseRecord, 'caseId' | 'spell' | 'status' | 'outcome' | 'openedAt' | 'closedAt'>;

/** A case as one person may see it, and what that person may do to it. */
export interface ViewedCase {
  readonly shown: CaseInFull;
  readonly where: { readonly departmentId: string; readonly siteId: string };
  readonly site: SiteFacts;
  /** How far the due date of what comes next is, in working days of the site; empty = no clock runs. */
  readonly distance: string;
  /** `away`: no case can be told anything now, and the newest may be missing. */
  readonly workflows: 'there' | 'away';
  /** Actions that the case takes now and that this person's roles allow, most useful first; decisions apart. */
  readonly offers: readonly Exclude<CaseAction, 'decide-extension' | 'decide-exception'>[];
  /** Requests that wait and that this person may decide. */
  readonly toDecide: readonly string[];
  /** It was said not to be on the list, and waits for the security officer to agree. */
  readonly proposed: boolean;
  /** Why something that the case waits for is not offered to this person; null = nothing is withheld. */
  readonly withheld: string | null;
  /** Every other spell of the device, the newest first. */
  readonly otherSpells: readonly Spell[];
  readonly maySee: { readonly names: boolean; readonly audit: boolean };
  /** A contact id, `ops:<user>` or `system` as this person may see it: a name, or what they are. */
  readonly person: (id: string) => string;
}

function whereOf({ departmentId, siteId }: CaseRecord): { departmentId: string; siteId: string } {
  return { departmentId, siteId };
}

/** True where somebody reads names of a department's people: its own people, and whoever answers for the programme. */
function mayReadNames(viewer: Viewer, where: Where): boolean {
  return (['see-audit', 'do-tasks'] as const).some((permission) => may(viewer, permission, where));
}

/**
 * The case that an id means, for somebody who may see it.
 * @throws Failure `unknown-case`, the same whether there is none or it is not theirs to see
 */
export async function caseInSight(services: Services, viewer: Viewer, id: string): Promise<CaseRecord> {
  const record = await theCase(await services.register(), id);
  if (may(viewer, 'see-cases', whereOf(record))) return record;
  throw new Failure('unknown-case', `There is no case "${id}", and no device of that asset id has one.`);
}

/** Who said that the device has gone: the last confirmation of its removal that stands. */
export function removers(trail: readonly TrailEvent[]): readonly string[] {
  const said = trail.findLast(
    ({ type, payload }) => type === 'removed' || (type === 'assessed' && payload.result === 'already-removed'),
  );
  return said === undefined ? [] : [said.actor, ...(said.enteredBy === null ? [] : [said.enteredBy])];
}

/** Who asked for something: in their own name, or typing it for another. */
function askers({ audit }: CaseInFull, requestId: string): readonly string[] {
  const event = audit.find(({ type, payload }) => type === 'requested' && payload.requestId === requestId);
  return event === undefined ? [] : [event.actor, ...(event.enteredBy === null ? [] : [event.enteredBy])];
}

/** Roles of a permission that somebody holds at a place. */
function rolesFor(viewer: Viewer, permission: Permission, where: Where): readonly Role[] {
  return viewer.roles.flatMap((held) => {
    const { role } = held;
    return isOneOf(ROLES, role) && ALLOWED[role].includes(permission) && reaches(held, where) ? [role] : [];
  });
}

/** Why somebody may not decide a request. */
export type NoDecision = 'no-role' | 'own-request' | 'beyond-limits' | 'decided';

/** What keeps somebody from deciding a request of a case; null = nothing does. */
export function keptFromDeciding(viewer: Viewer, shown: CaseInFull, requestId: string): NoDecision | null {
  const { departmentId, siteId } = shown;
  const request = shown.requests.find((one) => one.requestId === requestId);
  if (request === undefined || request.state !== 'pending') return 'decided';
  const roles = rolesFor(viewer, 'decide', { departmentId, siteId });
  if (roles.length === 0) return 'no-role';
  if (askers(shown, requestId).includes(viewer.id)) return 'own-request';
  return request.needs === 'sro' && !roles.includes('sro') ? 'beyond-limits' : null;
}

function calendarFor(policy: Policy, { nation }: SiteFacts): WorkingCalendar {
  return calendarOf(policy, nation, bankHolidays());
}

const WITHHELD = 'You said that the device was removed, so another person has to check that it has gone.';

function personOf(people: CaseInFull['people'], names: boolean): (id: string) => string {
  return (id) => {
    if (id === 'system') return 'clearsite';
    if (id.startsWith('ops:')) return 'operations';
    const found = people[id];
    // Somebody without a post of their own: they stand in for one who is away.
    if (found === undefined) return id.startsWith('u_') ? 'a deputy' : 'somebody';
    return names ? `${found.name} (${ROLE_SHOWN[found.role]})` : ROLE_SHOWN[found.role];
  };
}

async function look(services: Services, viewer: Viewer, id: string, now: Instant): Promise<ViewedCase> {
  const pool = await services.register();
  const record = await caseInSight(services, viewer, id);
  const where = whereOf(record);
  const [{ shown, policy }, site, spells, workflows] = await Promise.all([
    readCase(services, record, now),
    siteFacts(pool, where.siteId),
    spellsOf(pool, record.assetId),
    record.status === 'closed' ? ('there' as const) : workflowsThere(services),
  ]);
  const removedByViewer = removers(shown.audit).includes(viewer.id);
  await noteSensitiveRead(services, viewer, site, record.caseId, now);
  const superseded = spells.some(({ spell }) => spell > record.spell) || (shown.device?.mergedInto ?? null) !== null;
  const offers = shown.allowedActions.flatMap((action) => {
    if (action === 'decide-extension' || action === 'decide-exception') return [];
    if (action === 'reopen' && superseded) return [];
    if (action === 'verify-removal' && removedByViewer) return [];
    return may(viewer, NEEDED[action], where) ? [action] : [];
  });
  const names = mayReadNames(viewer, where);
  const checks = shown.allowedActions.includes('verify-removal') && may(viewer, 'verify', where);
  return {
    shown,
    where,
    site,
    distance: shown.due === null ? '' : distanceWords(distanceOf(shown.due, now, calendarFor(policy, site))),
    workflows,
    offers,
    toDecide: shown.pending
      .map(({ requestId }) => requestId)
      .filter((requestId) => keptFromDeciding(viewer, shown, requestId) === null),
    proposed: shown.status === 'open' && isProposed(shown.audit) === 'proposed',
    withheld: checks && removedByViewer ? WITHHELD : null,
    otherSpells: spells.filter((one) => one.caseId !== record.caseId && may(viewer, 'see-cases', whereOf(one))),
    maySee: { names, audit: may(viewer, 'see-audit', where) },
    person: personOf(shown.people, names),
  };
}

/**
 * Everything about a case that somebody may see, and what they may do to it; that they looked at one of a sensitive site is
 * noted. Named by its id or its device's asset id.
 * @throws Failure `unknown-case`, `no-policy`
 */
export async function viewCase(services: Services, viewer: Viewer, id: string, now: Instant): Promise<ViewedCase> {
  return sharedToTheSecond(services, ['case', viewer, id], now, () => look(services, viewer, id, now));
}

/** What others did to a case after its reader had looked: only what made the reader's revision old. */
export function sinceThen({ audit }: CaseInFull, sequence: number): readonly TrailEvent[] {
  return audit.filter((event) => event.sequence > sequence && raisesRevision(event.type));
}
