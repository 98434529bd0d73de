import { type Pool, type PoolClient } from 'pg';
import { calendarOf, localDate } from '../domain/calendar';
import { type Policy } from '../domain/policy/policy';
import { type Instant } from '../domain/records';
import { type Nation, type WorkStage } from '../domain/vocabulary';
import { findProgramme, policyOf, type Programme } from '../register/current-policy';
import { casesToPreview, type CaseToPreview, type PreviewScope } from '../register/replan-preview';
import { bankHolidays } from './calendar/bank-holidays';
import { pages } from './concurrently';
import { planFor } from './plan';

/** Moves that a preview lists; the rest is only counted. */
export const MOVES_LISTED = 1_000;

const DAY = 86_400_000;

/** A due date that would move. Instants in UTC. */
export interface DateMove {
  readonly caseId: string;
  readonly assetId: string;
  readonly stage: WorkStage;
  /** Due now. */
  readonly was: Instant;
  /** Due then. */
  readonly due: Instant;
  /** Plain days from the one date to the other, in the policy's zone; negative = earlier. */
  readonly days: number;
  /** The old date stands until a programme manager agrees. */
  readonly waits: boolean;
}

/** Which dates would move, without anything having been sent. */
export interface DatesPreview {
  /** Cases that were looked at. */
  readonly looked: number;
  /** Cases of which a date would move, those that wait included. */
  readonly cases: number;
  /** Of those: cases whose dates would be later and wait for a decision. */
  readonly waiting: number;
  /** By asset id, at most {@link MOVES_LISTED}. */
  readonly moves: readonly DateMove[];
  readonly movesOmitted: number;
}

/** By what dates are computed. */
export interface PreviewRules {
  readonly policy: Policy;
  readonly programme: Pick<Programme, 'startedAt'>;
}

function daysBetween(policy: Policy, nation: Nation, from: Instant, to: Instant): number {
  const calendar = calendarOf(policy, nation, bankHolidays());
  return (Date.parse(localDate(calendar, to)) - Date.parse(localDate(calendar, from))) / DAY;
}

/** The dates of one case that replanning would move: as `replanMarked` and the case's `revise` would have it. */
export function movesOf(one: CaseToPreview, { policy, programme }: PreviewRules): DateMove[] {
  const { item, stages, authority, answer } = one;
  const { caseId, assetId, upgradeOn, sensitivity } = item.facts;
  const { newest } = item;
  const revised = answer !== 'refused' && (upgradeOn !== newest.upgradeOn || sensitivity !== newest.sensitivity);
  // It has been asked for before: it would not be asked for twice.
  if (revised && answer === 'pending' && authority === null) return [];
  const plan = planFor(item, policy, programme, item.planNumber + 1, revised ? { facts: newest } : {});
  const moved = (plan?.milestones ?? []).flatMap(({ stage, due }) => {
    const now = stages.find((other) => other.stage === stage);
    if (now === undefined || now.settled || now.due === null || now.due === due) return [];
    return [{ caseId, assetId, stage, was: now.due, due, days: daysBetween(policy, item.nation, now.due, due) }];
  });
  const waits = revised && authority === null && moved.some(({ was, due }) => due > was);
  return moved.map((move) => ({ ...move, waits }));
}

/** Sums up what would move. Holds no more than a page of cases and what is listed. */
export async function previewOf(cases: AsyncIterable<CaseToPreview>, rules: PreviewRules): Promise<DatesPreview> {
  const moves: DateMove[] = [];
  const counts = { looked: 0, cases: 0, waiting: 0, moves: 0 };
  for await (const one of cases) {
    const moved = movesOf(one, rules);
    counts.looked += 1;
    counts.moves += moved.length;
    if (moved.length > 0) counts.cases += 1;
    if (moved.some(({ waits }) => waits)) counts.waiting += 1;
    moves.push(...moved.slice(0, MOVES_LISTED - moves.length));
  }
  const { looked, cases: moving, waiting } = counts;
  return { looked, cases: moving, waiting, moves, movesOmitted: counts.moves - moves.length };
}

/**
 * Which dates of open cases would move, by what the register says within the caller's transaction. Sends nothing.
 * @throws Failure `beyond-calendar` where a date lies outside the bank-holiday data
 */
export function previewDates(db: Pool | PoolClient, scope: PreviewScope, rules: PreviewRules): Promise<DatesPreview> {
  const cases = pages(
    (after, limit) => casesToPreview(db, scope, after, limit),
    ({ item }) => item.facts.assetId,
  );
  return previewOf(cases, rules);
}

/**
 * Which dates would move because of the cases marked after `since`; within the transaction that marked them.
 * @returns null before a policy has been applied
 */
export async function previewMarked(client: PoolClient, since: string): Promise<DatesPreview | null> {
  const programme = await findProgramme(client);
  if (programme === null) return null;
  const { programmeId } = programme;
  const policy = await policyOf(client, programmeId);
  return previewDates(client, { of: 'marked', programmeId, since }, { policy, programme });
}
