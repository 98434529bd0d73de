import { type Pool } from 'pg';
import { extendedDates } from '../domain/deadlines/extend';
import { Failure } from '../domain/errors';
import {
  type CommandBody,
  type Decider,
  type EvidenceRef,
  type ExtendedDate,
  type ExtensionReason,
  type Plan,
  type Verdict,
} from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { type Instant, type IsoDate } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { planOf } from '../register/case-detail';
import { type Programme } from '../register/current-policy';
import { type CaseToPlan } from '../register/planning';
import { agreedCount, findRequest, type StoredRequest } from '../register/requests';
import { Dates, planFor } from './plan';

/** Longest acknowledgement, in working days: it quietens reminders and then expires. */
export const LONGEST_ACKNOWLEDGEMENT = 5;
const DAY = 86_400_000;

/** What may be asked of a case: a command, or one whose instants and dates are still to be computed. */
export type ActionRequest =
  | Exclude<
      CommandBody,
      { type: 'open' | 'tick' | 'schedule-replacement' | 'acknowledge' | 'request' | 'decide' | 'revise' | 'replan' }
    >
  | { readonly type: 'schedule-replacement'; readonly on: IsoDate }
  | { readonly type: 'acknowledge'; readonly days: number }
  | { readonly type: 'move-upgrade'; readonly to: IsoDate | null; readonly reason: string }
  | {
      readonly type: 'request-extension';
      readonly stage: WorkStage;
      readonly on: IsoDate;
      readonly reason: ExtensionReason;
      readonly text: string;
      readonly evidence: EvidenceRef | null;
    }
  | {
      readonly type: 'request-exception';
      readonly until: IsoDate;
      readonly control: string;
      readonly text: string;
      readonly evidence: EvidenceRef | null;
    }
  | {
      readonly type: 'decide-request';
      readonly requestId: string;
      readonly verdict: Verdict;
      readonly conditions: string;
    };

/** What instants are computed by. */
export interface Basis {
  readonly item: CaseToPlan;
  readonly policy: Policy;
  readonly programme: Pick<Programme, 'startedAt'>;
  readonly now: Instant;
}

type Of<Type extends ActionRequest['type']> = Extract<ActionRequest, { type: Type }>;

function acknowledgedUntil({ item, policy, now }: Basis, days: number): Instant {
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_ACKNOWLEDGEMENT) {
    throw new Failure(
      'bad-days',
      `An acknowledgement runs for 1 to ${LONGEST_ACKNOWLEDGEMENT} working days, not ${days}.`,
    );
  }
  return new Dates(policy, item.nation).due(now, days);
}

async function requestExtension(pool: Pool, request: Of<'request-extension'>, basis: Basis): Promise<CommandBody> {
  const { item, policy } = basis;
  const { stage, on, reason, text, evidence } = request;
  const due = new Dates(policy, item.nation).close(on);
  const plan = await planOf(pool, item.facts.caseId);
  const current = plan?.milestones.find((one) => one.stage === stage)?.due ?? due;
  const { longestDays, most } = policy.extensions;
  const before = await agreedCount(pool, item.facts.caseId, 'extension', stage);
  const beyond = Date.parse(due) - Date.parse(current) > longestDays * DAY || before >= most;
  return { type: 'request', ask: { kind: 'extension', stage, due, reason }, text, needs: needs(beyond), evidence };
}

async function requestException(pool: Pool, request: Of<'request-exception'>, basis: Basis): Promise<CommandBody> {
  const { item, policy, now } = basis;
  const { until: on, control, text, evidence } = request;
  const until = new Dates(policy, item.nation).close(on);
  const { longestDays, most } = policy.exceptions;
  const before = await agreedCount(pool, item.facts.caseId, 'exception', null);
  const beyond = Date.parse(until) - Date.parse(now) > longestDays * DAY || before >= most;
  return { type: 'request', ask: { kind: 'exception', until, control }, text, needs: needs(beyond), evidence };
}

function needs(beyond: boolean): Decider {
  return beyond ? 'sro' : 'programme-manager';
}

/** The plan and the dates that a yes makes. @throws Failure `beyond-calendar` */
export async function consequences(
  pool: Pool,
  { ask }: StoredRequest,
  { item, policy, programme }: Basis,
): Promise<{ readonly plan: Plan | null; readonly dates: readonly ExtendedDate[] }> {
  const number = item.planNumber + 1;
  switch (ask.kind) {
    case 'exception':
      return { plan: null, dates: [] };
    case 'later-dates':
      return { plan: planFor(item, policy, programme, number, { facts: ask.facts }), dates: [] };
    case 'extension': {
      const current = await planOf(pool, item.facts.caseId);
      const { due: addDays } = new Dates(policy, item.nation);
      const verifyDays = policy.stageBudgets.days.verify;
      const dates = current === null ? [] : extendedDates(current, ask.stage, ask.due, verifyDays, addDays);
      return { plan: planFor(item, policy, programme, number, { extended: dates }), dates };
    }
  }
}

async function decideRequest(pool: Pool, request: Of<'decide-request'>, basis: Basis): Promise<CommandBody> {
  const { requestId, verdict, conditions } = request;
  const stored = await findRequest(pool, requestId);
  if (stored === null || stored.caseId !== basis.item.facts.caseId) {
    throw new Failure('unknown-request', `Nothing was asked for under ${requestId}.`, {
      hint: 'See "clearsite extensions list" and "clearsite exceptions list".',
    });
  }
  const { kind } = stored.ask;
  const yes = verdict === 'agreed' && stored.state === 'pending';
  const made = yes ? await consequences(pool, stored, basis) : { plan: null, dates: [] };
  return { type: 'decide', requestId, kind, verdict, conditions, ...made };
}

function moveUpgrade({ to, reason }: Of<'move-upgrade'>, { item, policy, programme }: Basis): CommandBody {
  const facts = { upgradeOn: to, sensitivity: item.facts.sensitivity };
  return { type: 'revise', facts, plan: planFor(item, policy, programme, item.planNumber + 1, { facts }), reason };
}

/**
 * The command that a request makes for a case as it is now, with the instants that it implies.
 * @throws Failure `bad-date`, `bad-days`, `beyond-calendar`, `unknown-request`
 */
export async function commandBody(pool: Pool, request: ActionRequest, basis: Basis): Promise<CommandBody> {
  const { item, policy } = basis;
  switch (request.type) {
    case 'schedule-replacement':
      return { ...request, forecast: new Dates(policy, item.nation).close(request.on) };
    case 'acknowledge':
      return { type: 'acknowledge', until: acknowledgedUntil(basis, request.days) };
    case 'move-upgrade':
      return moveUpgrade(request, basis);
    case 'request-extension':
      return requestExtension(pool, request, basis);
    case 'request-exception':
      return requestException(pool, request, basis);
    case 'decide-request':
      return decideRequest(pool, request, basis);
    default:
      return request;
  }
}
