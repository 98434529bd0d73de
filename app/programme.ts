import { type Policy } from '../domain/policy/policy';
import { type Programme, policyOf, theProgramme } from '../register/current-policy';
import { type CaseToPlan, unplannedCases } from '../register/planning';
import { markDemonstration, markStarted, programmeFigures, type ProgrammeFigures } from '../register/programme';
import { SYSTEM } from '../domain/lifecycle';
import { Failure } from '../domain/errors';
import { sendCommand } from './act';
import { concurrently, IN_FLIGHT, pages } from './concurrently';
import { planFor } from './plan';
import { type Services } from './services';
import { actorName, rolesOf, type Who } from './who';

export interface ProgrammeStart {
  readonly programmeId: string;
  readonly startedAt: string;
  /** False where it had been started before. */
  readonly startedNow: boolean;
  /** Open cases whose clock was set going by this call. */
  readonly planned: number;
}

async function mayStart(services: Services, who: Who): Promise<void> {
  const email = who.as ?? who.typist;
  if (email === null) return;
  const roles = await rolesOf(await services.register(), email);
  if (roles.some((role) => role === 'programme-manager' || role === 'sro')) return;
  throw new Failure('not-allowed', 'Only a programme manager or the SRO starts the programme.', {
    exit: 1,
    hint: 'Leave out --as and CLEARSITE_ACTOR to start it as ops, or name a programme manager.',
  });
}

/** @returns whether it was this call that set the clock going */
async function setGoing(services: Services, item: CaseToPlan, policy: Policy, programme: Programme): Promise<boolean> {
  const plan = planFor(item, policy, programme, item.planNumber + 1);
  if (plan === null) return false;
  const client = await services.temporal();
  try {
    await sendCommand(client, item.facts.caseId, {
      type: 'replan',
      plan,
      reason: 'programme started',
      // One id for this plan of this case: sent twice it is carried out once.
      commandId: `plan-${plan.number}`,
      actor: SYSTEM,
      expectedRevision: null,
    });
    return true;
  } catch (error) {
    // Planned or closed since it was read, or not started yet, and then it starts with a plan: nothing is left to do.
    if (error instanceof Failure && ['stale-plan', 'case-closed', 'not-running'].includes(error.code)) return false;
    throw error;
  }
}

/**
 * Sets the clock of every open case going that has none, once the programme has started. Safe to repeat and to interrupt.
 * @returns how many cases were planned
 */
export async function planUnplanned(services: Services, onProgress?: (planned: number) => void): Promise<number> {
  const pool = await services.register();
  const programme = await theProgramme(pool);
  if (programme.startedAt === null) return 0;
  const policy = await policyOf(pool, programme.programmeId);
  let planned = 0;
  const items = pages(
    (after, limit) => unplannedCases(pool, after, limit),
    ({ facts }) => facts.caseId,
  );
  await concurrently(items, IN_FLIGHT, async (item) => {
    if (!(await setGoing(services, item, policy, programme))) return;
    planned += 1;
    onProgress?.(planned);
  });
  return planned;
}

/**
 * Starts the programme: from now on stage clocks run and mail leaves. Started already, it only finishes what was left.
 * @throws Failure `no-policy`, `not-allowed`
 */
export async function startProgramme(
  services: Services,
  who: Who,
  onProgress?: (planned: number) => void,
): Promise<ProgrammeStart> {
  const pool = await services.register();
  const { programmeId } = await theProgramme(pool);
  await mayStart(services, who);
  // Without Temporal the clocks could not be set: better to find out before anything is written.
  await services.temporal();
  const startedNow = await markStarted(pool, programmeId, await actorName(pool, who));
  const planned = await planUnplanned(services, onProgress);
  const { startedAt } = await theProgramme(pool);
  return { programmeId, startedAt: startedAt ?? '', startedNow, planned };
}

/** The programme and its figures. @throws Failure `no-policy` */
export async function showProgramme(services: Services): Promise<Programme & { readonly figures: ProgrammeFigures }> {
  const pool = await services.register();
  const programme = await theProgramme(pool);
  return { ...programme, figures: await programmeFigures(pool, programme.programmeId) };
}

/**
 * Makes the programme a demonstration, in which `--as` may decide and verify.
 * @throws Failure `programme-runs` where it has started for real
 */
export async function makeDemonstration(services: Services, who: Who): Promise<void> {
  const pool = await services.register();
  const { programmeId } = await theProgramme(pool);
  if (await markDemonstration(pool, programmeId, await actorName(pool, who))) return;
  throw new Failure('programme-runs', `Programme ${programmeId} has started: it cannot become a demonstration.`, {
    exit: 1,
  });
}
