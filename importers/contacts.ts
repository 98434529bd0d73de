import { type ContactRecord } from '../domain/records';
import { type Role } from '../domain/vocabulary';
import { type ColumnPlan } from './columns';
import { date } from './dates';
import { LineReader } from './line';
import { CellProblem, type LineProblem } from './problem';
import { email, identifier, required, text } from './values';
import { nation, role } from './words';

/** What contact lines are checked against besides their own words. */
export interface ContactContext {
  readonly departments: ReadonlySet<string>;
  /** Department by site id, of every site in the register. */
  readonly departmentOf: ReadonlyMap<string, string>;
  /** Refuses other departments' contacts; null = takes all. */
  readonly department: string | null;
}

/** Posts of the programme; every other post is one of a department. */
const PROGRAMME_ROLES: ReadonlySet<Role> = new Set<Role>(['programme-manager', 'sro']);

const NO_DEPARTMENT = new CellProblem(
  'wrong-post',
  'This post belongs to a department, and the line names none.',
  'Fill in the department.',
);
const SITE_ALONE = new CellProblem(
  'wrong-post',
  'The line names a site but no department.',
  'Fill in the department that the site belongs to.',
);
const UNKNOWN_DEPARTMENT = new CellProblem(
  'unknown-department',
  'No department of this id is known.',
  'Import its sites first (--kind sites), or correct the id.',
);
const UNKNOWN_SITE = new CellProblem(
  'unknown-site',
  'No site of this id is known.',
  'Import the sites first (--kind sites), or correct the id.',
);
const BACKWARDS = new CellProblem('bad-date', 'The absence ends before it begins.', 'Correct one of the two dates.');

/**
 * Reads contact lines. A blank department is a programme-wide post.
 * @returns a function of one record's cells: the contact, or what is wrong with the line
 */
export function contactReader(
  plan: ColumnPlan<'contacts'>,
  context: ContactContext,
): (cells: readonly string[]) => ContactRecord | readonly LineProblem[] {
  const line = new LineReader(plan);
  const departmentId = line.field('department_id', identifier);
  const post = line.field('role', required(role));
  const name = line.field('name', required(text(200)));
  const address = line.field('email', required(email));
  const siteId = line.field('site_id', identifier);
  const where = line.field('nation', nation);
  const deputyEmail = line.field('deputy_email', email);
  const awayFrom = line.field('away_from', date);
  const awayTo = line.field('away_to', date);

  const place = ({ departmentId: department, siteId: site, role: held }: ContactRecord, known: boolean): void => {
    if (department === null) {
      if (known && !PROGRAMME_ROLES.has(held)) line.refuse('department_id', NO_DEPARTMENT);
      if (site !== null) line.refuse('site_id', SITE_ALONE);
      return;
    }
    if (!context.departments.has(department)) line.refuse('department_id', UNKNOWN_DEPARTMENT);
    if (site === null) return;
    const owner = context.departmentOf.get(site);
    if (owner === undefined) line.refuse('site_id', UNKNOWN_SITE);
    else if (owner !== department) {
      line.refuse(
        'site_id',
        new CellProblem(
          'wrong-post',
          `The site belongs to department ${owner}.`,
          'Correct the site or the department.',
        ),
      );
    }
  };

  return (cells) => {
    line.next(cells);
    const held = post();
    const contact: ContactRecord = {
      departmentId: departmentId(),
      role: held ?? 'task-owner',
      name: name() ?? '',
      email: address() ?? '',
      siteId: siteId(),
      nation: where(),
      deputyEmail: deputyEmail(),
      awayFrom: awayFrom(),
      awayTo: awayTo(),
    };
    place(contact, held !== null);
    if (contact.awayFrom !== null && contact.awayTo !== null && contact.awayTo < contact.awayFrom)
      line.refuse('away_to', BACKWARDS);
    if (context.department !== null && contact.departmentId !== context.department) {
      line.refuse(
        'department_id',
        new CellProblem(
          'other-department',
          `It is not ${context.department}.`,
          'Leave the line out, or import it without --department.',
        ),
      );
    }
    return line.verdict() ?? contact;
  };
}
