import { DEFAULT_NATION, type Nation, type Sensitivity } from '../domain/vocabulary';
import { type ColumnPlan } from './columns';
import { LineReader } from './line';
import { CellProblem, type LineProblem } from './problem';
import { days, identifier, required, text } from './values';
import { nation, sensitivity } from './words';

/** A site as a line states it; null = the line does not say, and what is known stays. */
export interface SiteLine {
  readonly siteId: string;
  readonly name: string;
  readonly departmentId: string;
  readonly departmentName: string | null;
  readonly nation: Nation;
  readonly sensitivity: Sensitivity | null;
  readonly controlledBy: string | null;
  readonly accessLeadDays: number | null;
}

/** What site lines are checked against besides their own words. */
export interface SiteContext {
  /** Department by site id, of every site in the register. */
  readonly departmentOf: ReadonlyMap<string, string>;
  /** Refuses other departments' sites; null = takes all. */
  readonly department: string | null;
}

/** Longest notice that access to a site can need, in days. */
const MAX_LEAD_DAYS = 365;

/**
 * Reads site lines.
 * @returns a function of one record's cells: the site, or what is wrong with the line
 */
export function siteReader(
  plan: ColumnPlan<'sites'>,
  { departmentOf, department }: SiteContext,
): (cells: readonly string[]) => SiteLine | readonly LineProblem[] {
  const line = new LineReader(plan);
  const siteId = line.field('site_id', required(identifier));
  const name = line.field('name', required(text(200)));
  const departmentId = line.field('department_id', required(identifier));
  const departmentName = line.field('department_name', text(200));
  const where = line.field('nation', required(nation));
  const sensitive = line.field('sensitivity', sensitivity);
  const controlledBy = line.field('controlled_by', text(200));
  const accessLeadDays = line.field('access_lead_days', days(MAX_LEAD_DAYS));

  return (cells) => {
    line.next(cells);
    const site = {
      siteId: siteId() ?? '',
      name: name() ?? '',
      departmentId: departmentId() ?? '',
      departmentName: departmentName(),
      nation: where() ?? DEFAULT_NATION,
      sensitivity: sensitive(),
      controlledBy: controlledBy(),
      accessLeadDays: accessLeadDays(),
    } as const;
    const owner = departmentOf.get(site.siteId);
    if (department !== null && site.departmentId !== '' && site.departmentId !== department) {
      line.refuse(
        'department_id',
        new CellProblem(
          'other-department',
          `It is not ${department}.`,
          'Leave the line out, or import it without --department.',
        ),
      );
    } else if (owner !== undefined && site.departmentId !== '' && owner !== site.departmentId) {
      line.refuse(
        'site_id',
        new CellProblem(
          'site-id-taken',
          `Department ${owner} holds a site of this id.`,
          'Give the site an id of its own, here and in the files that name it.',
        ),
      );
    }
    return line.verdict() ?? site;
  };
}
