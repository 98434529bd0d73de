import { randomInt } from 'node:crypto';
import { DateTime } from 'luxon';
import { covers, mayEverywhere, type Scope, scopeOf } from '../domain/access/permissions';
import { type Viewer } from '../domain/access/roles';
import { type CheckedSite, type DeploymentCheck, makeReference, type Question } from '../domain/deployment-check';
import { policyOf, theProgramme } from '../register/current-policy';
import {
  type Adviser,
  advisersFor,
  departmentOfSite,
  findCheck,
  keepCheck,
  listChecks,
  type NewCheck,
  siteNamed,
} from '../register/deployment-checks';
import { noteSensitiveRead } from './access/log';
import { screenDevice } from './screen-device';
import { type Services } from './services';

export { type Adviser } from '../register/deployment-checks';

/** Checks on a page of a list. */
export const CHECKS_A_PAGE = 50;
/** Deeper pages of a list cost the register more than they tell anybody. */
export const LAST_PAGE = 1_000;

/**
 * The sites whose class may show in somebody's answers: those whose cases they may see, and those of a department for
 * which they buy. Whoever buys for the whole programme asks about no site by name, or answers would tell which are sensitive.
 */
function sitesOf(viewer: Viewer): Scope {
  const seen = scopeOf(viewer, 'see-cases');
  const bought = scopeOf(
    { ...viewer, roles: viewer.roles.filter(({ role }) => role === 'procurement') },
    'check-deployment',
  );
  if (seen.everything || bought.everything) return seen;
  return { everything: false, places: [...seen.places, ...bought.places] };
}

/**
 * Answers whether a device may be installed, and keeps the answer under a reference. A site that the asker may not know
 * of is answered like one that does not exist: as a sensitive one. An answer for a site tells its class, so it counts as a read.
 * @throws Failure `no-policy` where none is applied
 */
export async function checkDeployment(
  services: Services,
  viewer: Viewer,
  question: Question,
  now: Date,
): Promise<DeploymentCheck> {
  const pool = await services.register();
  const { programmeId } = await theProgramme(pool);
  const policy = await policyOf(pool, programmeId);
  const found = question.site === null ? null : await siteNamed(pool, question.site, sitesOf(viewer));
  const site: CheckedSite = found === null ? { known: false } : { known: true, ...found };
  const { make, model, mac, deviceType } = question;
  const sensitivity = site.known ? site.sensitivity : 'sensitive';
  const screening = screenDevice(policy, { make, model, mac, deviceType, sensitivity }, now);
  const { result, decision, inScope, reasons } = screening;
  const check: Omit<NewCheck, 'reference'> = {
    programmeId,
    at: now.toISOString(),
    question,
    site,
    zone: policy.zone,
    policyTitle: policy.title,
    policyVersion: policy.version,
    result,
    decision,
    inScope,
    reasons,
    askedBy: viewer.id,
  };
  if (site.known) await noteSensitiveRead(services, viewer, site, site.siteId, check.at);
  const { year } = DateTime.fromJSDate(now, { zone: policy.zone });
  for (;;) {
    const reference = makeReference(year, (below) => randomInt(below));
    const { programmeId: _, ...kept } = check;
    if (await keepCheck(pool, { ...check, reference })) return { ...kept, reference, askedByName: viewer.name };
  }
}

/** Who asks is told their own name, also where they hold no post. */
function named(check: DeploymentCheck, { id, name }: Viewer): DeploymentCheck {
  return check.askedBy === id ? { ...check, askedByName: name } : check;
}

/** A check, and whom to ask about it. */
export interface ShownCheck {
  readonly check: DeploymentCheck;
  readonly advisers: readonly Adviser[];
}

/** The site of a check, where this person may know of it now. */
async function knownSite(services: Services, viewer: Viewer, { site }: DeploymentCheck): Promise<string | null> {
  if (!site.known) return null;
  const scope = sitesOf(viewer);
  if (scope.everything) return site.siteId;
  const department = await departmentOfSite(await services.register(), site.siteId);
  const theirs = department !== null && covers(scope, { departmentId: department, siteId: site.siteId });
  return theirs ? site.siteId : null;
}

/**
 * The check of a reference, for whoever asked it, sees the whole programme, or is responsible for its site.
 * @returns null where there is none that they may see
 */
export async function showCheck(services: Services, viewer: Viewer, reference: string): Promise<ShownCheck | null> {
  const pool = await services.register();
  const check = await findCheck(pool, reference);
  if (check === null) return null;
  const siteId = await knownSite(services, viewer, check);
  if (check.askedBy !== viewer.id && siteId === null && !mayEverywhere(viewer, 'see-programme')) return null;
  return { check: named(check, viewer), advisers: await advisersFor(pool, siteId) };
}

/** A page of a list of checks. */
export interface ChecksPage {
  readonly checks: readonly DeploymentCheck[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
}

/**
 * Checks, the newest first: one's own or, for whoever sees the programme, everybody's.
 * @param page from 1; one beyond the last shows the last
 */
export async function checksOf(
  services: Services,
  viewer: Viewer,
  { whose, page }: { readonly whose: 'mine' | 'all'; readonly page: number },
): Promise<ChecksPage> {
  const pool = await services.register();
  const askedBy = whose === 'all' && mayEverywhere(viewer, 'see-programme') ? null : viewer.id;
  const read = (number: number) =>
    listChecks(pool, askedBy, { limit: CHECKS_A_PAGE, offset: (number - 1) * CHECKS_A_PAGE });
  let shown = Math.min(page, LAST_PAGE);
  let { checks, total } = await read(shown);
  const pages = Math.min(Math.max(1, Math.ceil(total / CHECKS_A_PAGE)), LAST_PAGE);
  if (shown > pages) ({ checks, total } = await read((shown = pages)));
  return { checks: checks.map((check) => named(check, viewer)), total, page: shown, pages };
}
