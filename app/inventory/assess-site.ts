import { type PoolClient } from 'pg';
import { Failure } from '../../domain/errors';
import { type Actor } from '../../domain/lifecycle';
import { assessedClass, type SiteAnswers } from '../../domain/site-assessment';
import { type Role, type Sensitivity } from '../../domain/vocabulary';
import { findProgramme } from '../../register/current-policy';
import { withImportLock } from '../../register/import-runs';
import { lastMark } from '../../register/replan-preview';
import { markSites } from '../../register/replanning';
import {
  type CaseGivenUp,
  type CaseOutOfScope,
  casesGivenUpOn,
  casesJustAsked,
  liveCasesOutOfScope,
  type NamedCase,
  noteAssessment,
} from '../../register/site-assessments';
import { transactionOn, trialOn } from '../../register/transaction';
import { reclassify } from '../import/import-sites';
import { explainLoss } from '../import/lost-register';
import { openAfterImport, type Opening } from '../import/open-after-import';
import { type DatesPreview, previewMarked } from '../replan-preview';
import { finishRescreening } from '../rescreen';
import { type Services } from '../services';
import { replanBy, resolveActor, type Who } from '../who';
import { showSite } from './sites';

/** Who judges how sensitive a site is; a task owner does not. */
const ASSESSORS: readonly Role[] = ['security-officer', 'head', 'programme-manager', 'sro'];

/** Cases of each kind that an assessment lists; the rest is only counted. */
const LISTED = 1_000;

export interface AssessmentRequest {
  readonly siteId: string;
  /** The class that the assessor names; null = the answers decide. */
  readonly sensitivity: Sensitivity | null;
  readonly answers: SiteAnswers;
  readonly reason: string;
}

/** `done`: it stands. `trial`: it was tried and taken back. */
export type AssessmentMode = 'done' | 'trial';

/** A list that is cut off. */
export interface Cut<T> {
  readonly listed: readonly T[];
  readonly omitted: number;
}

/** What an assessment did, or as a trial would do. */
export interface SiteAssessment {
  readonly siteId: string;
  readonly sensitivity: Sensitivity;
  /** The class before. */
  readonly was: Sensitivity;
  readonly dryRun: boolean;
  /** Cases asked for: of flagged devices that are in scope now. Their budgets run from today. */
  readonly opening: Cut<NamedCase>;
  /** Live cases of devices that are not in scope any more. None is closed: the programme manager decides each. */
  readonly outOfScope: Cut<CaseOutOfScope>;
  /** Cases given up before whose devices are in scope now: a person reopens them, or does not. */
  readonly givenUp: Cut<CaseGivenUp>;
  /** Live cases whose dates are computed anew. */
  readonly casesReplanning: number;
  /** With a trial: which dates would move; else null. */
  readonly dates: DatesPreview | null;
  /** What became of opening and replanning; null where there was nothing to do, and with a trial. */
  readonly opened: Opening | null;
}

function cut<T>(items: readonly T[]): Cut<T> {
  return { listed: items.slice(0, LISTED), omitted: Math.max(0, items.length - LISTED) };
}

function mayAssess({ kind, roles }: Actor): void {
  if (kind !== 'contact' || roles.some((role) => ASSESSORS.includes(role))) return;
  throw new Failure(
    'not-allowed',
    'Only a security officer or the head of the department, a programme manager or the SRO assesses a site.',
    { exit: 1, hint: 'Name one of them with --as, or leave out --as and CLEARSITE_ACTOR to do it as ops.' },
  );
}

type Applied = Omit<SiteAssessment, 'dryRun' | 'opened'>;

/** Within a transaction: the class, what follows for devices and cases, and which of them get new dates. */
async function apply(
  client: PoolClient,
  request: AssessmentRequest,
  { sensitivity, actor, who, mode }: { sensitivity: Sensitivity; actor: Actor; who: Who; mode: AssessmentMode },
): Promise<Applied> {
  const { siteId, answers, reason } = request;
  const verdict = { siteId, sensitivity, answers, reason, actor: actor.id, enteredBy: actor.enteredBy };
  const was = await noteAssessment(client, verdict);
  if (was === null) throw new Failure('unknown-site', `There is no site "${siteId}".`);
  const changed = was === sensitivity ? [] : [siteId];
  const marks = await lastMark(client);
  await reclassify(client, null, changed);
  const casesReplanning = await markSites(client, changed, await replanBy(client, who));
  return {
    siteId,
    sensitivity,
    was,
    opening: cut(await casesJustAsked(client, siteId)),
    outOfScope: cut(await liveCasesOutOfScope(client, siteId)),
    givenUp: cut(changed.length === 0 ? [] : await casesGivenUpOn(client, siteId)),
    casesReplanning,
    dates: mode === 'trial' ? await previewMarked(client, marks) : null,
  };
}

/**
 * Says how sensitive a site is: its devices come into scope or leave it, missing cases are asked for, live ones get new
 * dates, and then cases are opened and replanned as after an import. Closes nothing. A date that would be later waits,
 * unless a programme manager or the SRO types it.
 * @param onWait called once where an import is running, which is waited for
 * @throws Failure `unknown-site`, `unknown-contact`, `reason-needed`, `not-allowed` (exit 1), those of {@link assessedClass}
 */
export async function assessSite(
  services: Services,
  request: AssessmentRequest,
  who: Who,
  mode: AssessmentMode,
  onWait: () => void = () => undefined,
): Promise<SiteAssessment> {
  const reason = request.reason.trim();
  if (reason === '') throw new Failure('reason-needed', 'Say what the assessment rests on: it stays on record.');
  const sensitivity = assessedClass(request.sensitivity, request.answers);
  const { siteId, departmentId } = await showSite(services, request.siteId);
  const pool = await services.register();
  const programme = (await findProgramme(pool)) ?? { demo: false };
  const actor = await resolveActor(pool, who, { siteId, departmentId }, programme);
  mayAssess(actor);
  const inMode = mode === 'trial' ? trialOn : transactionOn;
  const lost = { during: 'while the site was assessed', hint: 'Start it again and assess the site again.' };
  try {
    const applied = await withImportLock(pool, onWait, async (client) => {
      if (mode === 'done') await finishRescreening(client);
      return inMode(client, () => apply(client, { ...request, reason }, { sensitivity, actor, who, mode }));
    });
    const toDo = applied.opening.listed.length + applied.casesReplanning > 0;
    const opened = mode === 'done' && toDo ? await openAfterImport(services, () => undefined) : null;
    return { ...applied, dryRun: mode === 'trial', opened };
  } catch (error) {
    throw explainLoss(error, lost);
  }
}
