import { type FastifyRequest } from 'fastify';
import { departmentsToChoose } from '../../app/lists/departments';
import { mayEverywhere, scopeOf } from '../../domain/access/permissions';
import { signedIn } from '../guard';
import { forbidden, notFound } from '../problems';
import { type Site } from '../site';

/** Whose figures somebody looks at. */
export interface Whose {
  /** Null = the whole programme. */
  readonly departments: readonly string[] | null;
  /** Names of those departments; empty for the programme. */
  readonly names: readonly string[];
  /** True where the reader sees the whole programme, whatever they look at now. */
  readonly seesAll: boolean;
  /** `wider`: lists also have single sites of other departments, which no figure counts. */
  readonly lists: 'alike' | 'wider';
}

/**
 * The programme, or the departments that somebody has whole; of these one, where it is asked for.
 * @throws SignInFirst; "You cannot do this" for people of single sites and of none; "Page not found" for another's department
 */
export async function whoseFigures(request: FastifyRequest, site: Site, asked: string | null): Promise<Whose> {
  const viewer = signedIn(request);
  const seesAll = mayEverywhere(viewer, 'see-programme');
  const scope = scopeOf(viewer, 'see-cases');
  const whole = scope.everything ? [] : scope.places.filter(({ siteId }) => siteId === null);
  const own = [...new Set(whole.map(({ departmentId }) => departmentId))].sort();
  if (!seesAll && own.length === 0) throw forbidden();
  if (seesAll && asked === null) return { departments: null, names: [], seesAll, lists: 'alike' };
  if (asked !== null && !seesAll && !own.includes(asked)) throw notFound();
  const departments = asked === null ? own : [asked];
  const named = await departmentsToChoose(site.services, { everything: true });
  const names = departments.flatMap((id) => named.find(({ departmentId }) => departmentId === id)?.name ?? []);
  if (asked !== null && names.length === 0) throw notFound();
  const sites = !scope.everything && scope.places.length > whole.length;
  return { departments, names, seesAll, lists: departments.length > 1 && sites ? 'wider' : 'alike' };
}
