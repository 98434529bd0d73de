import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical';
import { Failure } from '../domain/errors';
import { type Actor, type CommandBody, type DateFacts, type Plan } from '../domain/lifecycle';
import { type Policy } from '../domain/policy/policy';
import { planOf } from '../register/case-detail';
import { policyOf, type Programme, theProgramme } from '../register/current-policy';
import { caseToPlan, type CaseToPlan } from '../register/planning';
import { countMarked, type MarkedCase, markedCases, type ReplanCause, unmark } from '../register/replanning';
import { wasRefused } from '../register/requests';
import { sendCommand } from './act';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
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

/** What happened elsewhere while this was computed: the next run, or nobody, has to do it. */
const OVERTAKEN = ['stale-plan', 'stale-revision'];
const SETTLED = ['unchanged', 'case-closed', 'not-running'];

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

/** What the dates shall follow from: what the register says now, unless a decider has refused just that. */
async function targetOf({ services }: Work, { facts, newest }: CaseToPlan): Promise<DateFacts> {
  const { upgradeOn, sensitivity } = facts;
  const stands = { upgradeOn, sensitivity };
  if (sameFacts(stands, newest)) return stands;
  const refused = await wasRefused(await services.register(), facts.caseId, { kind: 'later-dates', facts: newest });
  return refused ? stands : newest;
}

function samePlan(a: Plan | null, b: Plan | null): boolean {
  return canonicalJson(a?.milestones ?? null) === canonicalJson(b?.milestones ?? null);
}

/** The command that gives a case its dates; null where it has them. */
async function commandFor(work: Work, { cause }: MarkedCase, item: CaseToPlan): Promise<CommandBody | null> {
  const { services, policy, programme } = work;
  const facts = await targetOf(work, item);
  const plan = planFor(item, policy, programme, item.planNumber + 1, { facts });
  const reason = REASONS[cause];
  if (!sameFacts(facts, item.facts)) return { type: 'revise', facts, plan, reason };
  if (plan === null) return null;
  const current = await planOf(await services.register(), item.facts.caseId);
  // A policy may have changed the ladder alone: its rungs are handed out anew with any plan.
  return cause !== 'policy' && samePlan(plan, current) ? null : { type: 'replan', plan, reason };
}

/** The same id for the same plan of a case: sent twice it is carried out once. */
function commandIdOf(body: CommandBody): string {
  return `plan/${createHash('sha256').update(canonicalJson(body)).digest('hex').slice(0, 32)}`;
}

type Outcome = 'replanned' | 'waiting' | 'unchanged';

async function replanOne(work: Work, marked: MarkedCase): Promise<Outcome> {
  const { services } = work;
  const { caseId, mark } = marked;
  const pool = await services.register();
  const item = await caseToPlan(pool, caseId);
  if (item === null) return 'unchanged';
  const body = await commandFor(work, marked, item);
  let outcome: Outcome = 'unchanged';
  try {
    if (body !== null) {
      const commandId = commandIdOf(body);
      const client = await services.temporal();
      await sendCommand(client, caseId, { ...body, commandId, actor: actorOf(marked), expectedRevision: null });
      const after = await caseToPlan(pool, caseId);
      const done = body.type !== 'revise' || (after !== null && sameFacts(after.facts, body.facts));
      outcome = done ? 'replanned' : 'waiting';
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (OVERTAKEN.includes(error.code)) return 'unchanged';
    if (!SETTLED.includes(error.code)) throw error;
  }
  await unmark(pool, caseId, mark);
  return outcome;
}

/**
 * Computes the dates of every case anew that waits for it, and tells the cases. A page at a time and some at once, so that
 * people's commands hardly wait; it may be interrupted, repeated and run twice at once.
 */
export async function replanMarked(services: Services, onProgress: OnReplanned = () => undefined): Promise<Replanned> {
  const pool = await services.register();
  const total = await countMarked(pool);
  if (total === 0) return { looked: 0, replanned: 0, waiting: 0 };
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  const work: Work = { services, policy, programme };
  const counts = { replanned: 0, waiting: 0, unchanged: 0 };
  let looked = 0;
  const items = pages(
    (after, limit) => markedCases(pool, after, limit),
    ({ caseId }) => caseId,
  );
  await concurrently(items, IN_FLIGHT, async (marked) => {
    counts[await replanOne(work, marked)] += 1;
    looked += 1;
    onProgress(looked, total);
  });
  return { looked, replanned: counts.replanned, waiting: counts.waiting };
}
