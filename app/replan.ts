import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical';
import { Failure } from '../domain/errors';
import { type Actor, type CommandBody, type DateFacts, type Plan } from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { planOf } from '../register/case-detail';
import { policyOf, type Programme, theProgramme } from '../register/current-policy';
import { caseToPlan, type CaseToPlan } from '../register/planning';
import { countMarked, type MarkedCase, markedCases, type ReplanCause, unmark } from '../register/replanning';
import { wasRefused } from '../register/requests';
import { sendCommand } from './act';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
import { Flow } from './flow';
import { planFor } from './plan';
import { type Services } from './services';

/** What computing dates anew came to. */
export interface Replanned {
  /** Cases that were looked at. */
  readonly looked: number;
  /** Cases that were given new dates or facts. */
  readonly replanned: number;
  /** Cases whose dates would move later: they wait for the programme manager. */
  readonly waiting: number;
}

export type OnReplanned = (looked: number, total: number) => void;

const REASONS: Readonly<Record<ReplanCause, string>> = {
  upgrade: 'the next upgrade moved',
  site: 'the site counts otherwise',
  policy: 'the policy changed',
};

/** Somebody else gave the case a plan meanwhile: it is computed anew. */
const OVERTAKEN = ['stale-plan'];
/** How often. */
const ATTEMPTS = 4;
/** The case knows already. */
const SETTLED = ['unchanged'];
const ENDED = ['case-closed', 'not-running'];

interface Work {
  readonly services: Services;
  readonly policy: Policy;
  readonly programme: Programme;
}

/** The person who made it necessary; what is computed and sent is the system's doing. */
function actorOf({ actor, authority }: MarkedCase): Actor {
  const authorities = authority === null ? [] : [authority];
  return { id: actor, kind: 'system', roles: authorities, enteredBy: null, authority: authorities };
}

function sameFacts(a: DateFacts, b: DateFacts): boolean {
  return a.upgradeOn === b.upgradeOn && a.sensitivity === b.sensitivity;
}

function samePlan(a: Plan | null, b: Plan | null): boolean {
  return canonicalJson(a?.milestones ?? null) === canonicalJson(b?.milestones ?? null);
}

function laterThan(plan: Plan | null, current: Plan | null): boolean {
  const dueOf = (stage: WorkStage): Instant | undefined =>
    current?.milestones.find((one) => one.stage === stage)?.due ?? undefined;
  return (plan?.milestones ?? []).some(({ stage, due }) => due > (dueOf(stage) ?? due));
}

type Told = Extract<CommandBody, { type: 'revise' | 'replan' }>;

/**
 * What the case is told of what its dates follow from: what the register says now, unless a decider has refused later dates
 * for just that. Null where nothing has changed, and nothing waits that the register does not say any more.
 */
async function revision(work: Work, { cause }: MarkedCase, item: CaseToPlan): Promise<Told | null> {
  const { facts, newest, planNumber, asksLater } = item;
  const same = sameFacts(facts, newest);
  if (same && !asksLater) return null;
  const plan = same ? null : planFor(item, work.policy, work.programme, planNumber + 1, { facts: newest });
  const pool = await work.services.register();
  if (!same && (await wasRefused(pool, facts.caseId, { kind: 'later-dates', facts: newest }))) {
    if (laterThan(plan, await planOf(pool, facts.caseId))) return null;
  }
  return { type: 'revise', facts: newest, plan, reason: REASONS[cause] };
}

/** The dates by what they follow from as it stands; null where the case has them. */
async function replan(work: Work, { cause }: MarkedCase, item: CaseToPlan): Promise<Told | null> {
  const { facts, newest, planNumber } = item;
  const plan = planFor(item, work.policy, work.programme, planNumber + 1);
  if (plan === null) return null;
  // A policy may have changed the ladder alone, a site its bank holidays: the rungs are handed out anew with any plan.
  const again = cause === 'policy' || (cause === 'site' && sameFacts(facts, newest));
  if (!again && samePlan(plan, await planOf(await work.services.register(), facts.caseId))) return null;
  return { type: 'replan', plan, reason: REASONS[cause] };
}

/**
 * The same id for the same wish and the same dates of a case: sent twice it is carried out once, and asked for again later it
 * is another. The plan's number is not of it: run again after a kill, the same dates have the next.
 */
function commandIdOf(mark: string, body: Told): string {
  const { plan, ...rest } = body;
  const wish = canonicalJson({ mark, ...rest, milestones: plan?.milestones ?? null });
  return `plan/${createHash('sha256').update(wish).digest('hex').slice(0, 32)}`;
}

type Outcome = 'replanned' | 'waiting' | 'unchanged';

/** One command about dates, for the case as the register has it now. @returns null where it has closed */
async function tell(work: Work, marked: MarkedCase, compute: typeof revision): Promise<Outcome | null> {
  const { services } = work;
  const { caseId, mark } = marked;
  const pool = await services.register();
  for (let attempt = 1; ; attempt += 1) {
    const item = await caseToPlan(pool, caseId);
    if (item === null) return null;
    const body = await compute(work, marked, item);
    if (body === null) return 'unchanged';
    try {
      const commandId = commandIdOf(mark, body);
      const client = await services.temporal();
      await sendCommand(client, caseId, { ...body, commandId, actor: actorOf(marked), expectedRevision: null });
      if (body.type === 'replan') return 'replanned';
      const after = await caseToPlan(pool, caseId);
      return after !== null && sameFacts(after.facts, body.facts) ? 'replanned' : 'waiting';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (ENDED.includes(error.code)) return null;
      if (SETTLED.includes(error.code)) return 'unchanged';
      if (!OVERTAKEN.includes(error.code) || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Gives a case its dates. Where policy or place changed, what the dates follow from as it stands counts first: what is new may
 * wait for a decision.
 */
async function replanOne(work: Work, marked: MarkedCase): Promise<Outcome> {
  const { caseId, mark, cause } = marked;
  const first = cause === 'upgrade' ? 'unchanged' : await tell(work, marked, replan);
  const then = first === null ? null : await tell(work, marked, revision);
  await unmark(await work.services.register(), caseId, mark);
  return then === null || then === 'unchanged' ? (first ?? 'unchanged') : then;
}

/**
 * Computes the dates of every case anew that waits for it, and tells the cases. A page at a time and some at once, so that
 * people's commands hardly wait; it may be interrupted, repeated and run twice at once.
 * @throws Failure the first of the cases that did not take their dates; they still wait for them
 */
export async function replanMarked(services: Services, onProgress: OnReplanned = () => undefined): Promise<Replanned> {
  const pool = await services.register();
  const total = await countMarked(pool);
  if (total === 0) return { looked: 0, replanned: 0, waiting: 0 };
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  const work: Work = { services, policy, programme };
  const counts = { replanned: 0, waiting: 0, unchanged: 0 };
  const failures: Failure[] = [];
  const flow = new Flow();
  let looked = 0;
  const items = pages(
    (after, limit) => markedCases(pool, after, limit),
    ({ caseId }) => caseId,
  );
  const inFlight = (): number => flow.limit;
  await concurrently(items, inFlight, async (marked) => {
    const begun = performance.now();
    try {
      counts[await replanOne(work, marked)] += 1;
    } catch (error) {
      // One case that does not answer keeps no other from its dates; many say that a service is away.
      if (!(error instanceof Failure) || failures.length >= IN_FLIGHT) throw error;
      failures.push(error);
    }
    flow.took(begun, performance.now());
    looked += 1;
    onProgress(looked, total);
  });
  if (failures[0] !== undefined) throw failures[0];
  return { looked, replanned: counts.replanned, waiting: counts.waiting };
}
