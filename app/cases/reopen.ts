import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../domain/errors';
import { type CaseRecord, casesCalled } from '../../register/cases';
import { policyOf, theProgramme } from '../../register/current-policy';
import { caseToPlan } from '../../register/planning';
import { addNextSpell } from '../../register/spells';
import { startCase } from '../open-cases';
import { firstRungs, planFor } from '../plan';
import { type Services } from '../services';
import { resolveActor, type Who } from '../who';
import { commandIdReused } from './same-command';

/** How long the opening of a case may take to be recorded before the sender is told that it is not yet. */
const RECORDED_WITHIN = 10_000;
const POLL = 50;

async function actorOf(services: Services, closed: CaseRecord, who: Who): Promise<string> {
  const pool = await services.register();
  const actor = await resolveActor(pool, who, closed, await theProgramme(pool));
  const judges = ['security-officer', 'programme-manager', 'sro'] as const;
  if (actor.kind !== 'contact' || actor.roles.some((role) => judges.some((judge) => judge === role))) return actor.id;
  throw new Failure(
    'not-allowed',
    'Only a security officer of the department, a programme manager or the SRO reopens a case.',
    { exit: 1, details: { caseId: closed.caseId } },
  );
}

function notReopened(record: CaseRecord): Failure {
  const { caseId, status } = record;
  if (status !== 'closed') {
    return new Failure('not-closed', `Case ${caseId} is not closed, so there is nothing to reopen.`, {
      exit: 1,
      details: { caseId },
    });
  }
  return new Failure(
    'superseded',
    `Case ${caseId} is not the last word on its device: the device has a newer case, or was merged into another.`,
    { exit: 1, hint: `See "clearsite devices show ${record.assetId}".`, details: { caseId } },
  );
}

/** Starts the workflow of one case that is `opening`. Harmless where it runs. */
export async function openCase(services: Services, caseId: string): Promise<void> {
  const pool = await services.register();
  const item = await caseToPlan(pool, caseId);
  if (item === null) throw new Error(`case ${caseId} was asked for and is not there`);
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  const plan = planFor(item, policy, programme, 1);
  const client = await services.temporal();
  await startCase(client, { facts: item.facts, plan, rungs: firstRungs(plan, policy, item.nation) }, 'opened-once');
}

/**
 * Waits until the register holds the opening of a case.
 * @throws Failure `not-recorded-yet` (exit 3)
 */
export async function untilOpen(services: Services, caseId: string, commandId: string): Promise<CaseRecord> {
  const pool = await services.register();
  const deadline = Date.now() + RECORDED_WITHIN;
  for (;;) {
    const [record] = await casesCalled(pool, caseId);
    if (record !== undefined && record.status !== 'opening') return record;
    if (Date.now() > deadline) break;
    await delay(POLL);
  }
  throw new Failure(
    'not-recorded-yet',
    `Case ${caseId} is being opened, but that has not been recorded within 10 seconds.`,
    {
      exit: 3,
      hint: 'Nothing is lost: it opens as soon as a worker runs. See "clearsite doctor".',
      details: { accepted: true, recorded: false, commandId, caseId },
    },
  );
}

/** The new case that carries on where a closed one ended. */
export interface Reopened {
  readonly record: CaseRecord;
  readonly previousCaseId: string;
}

/**
 * Starts the next spell of a closed case: a new case, linked to it. The row is there before the workflow starts, so that
 * after a crash in between `reconcile` opens it; the same command again finds what the first one made.
 * @throws Failure `not-closed`, `superseded`, `not-allowed`, `reason-needed`, `command-id-reused` (exit 2), `not-recorded-yet` (exit 3)
 */
export async function reopen(
  services: Services,
  closed: CaseRecord,
  reason: string,
  who: Who,
  commandId: string,
): Promise<Reopened> {
  const { caseId } = closed;
  if (reason.trim() === '') {
    throw new Failure('reason-needed', 'Say why the case is reopened.', { exit: 1, details: { caseId } });
  }
  const actor = await actorOf(services, closed, who);
  // Without Temporal the case could not open: better to find out before anything is written.
  await services.temporal();
  const next = await addNextSpell(await services.register(), caseId, { actor, reason: reason.trim(), commandId });
  if (next === null) throw notReopened(closed);
  if (next.actor !== actor || next.reason !== reason.trim()) throw commandIdReused(caseId, commandId);
  await openCase(services, next.caseId);
  return { record: await untilOpen(services, next.caseId, commandId), previousCaseId: next.previousCaseId };
}
