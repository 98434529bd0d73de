import { type Scope } from '../../domain/access/permissions';
import { type Instant } from '../../domain/records';
import { departmentNames, departmentsOf, type DepartmentRow } from '../../register/lists/departments';
import { type Services } from '../services';
import { remembered } from './remembered';

export { type DepartmentRow } from '../../register/lists/departments';

/** A department to choose from. */
export interface NamedDepartment {
  readonly departmentId: string;
  readonly name: string;
}

/** Departments that somebody may see something of, by name. */
export async function departmentsToChoose(services: Services, scope: Scope): Promise<readonly NamedDepartment[]> {
  const pool = await services.register();
  return remembered(pool, `department names ${JSON.stringify(scope)}`, () => departmentNames(pool, scope));
}

/** Departments with what they owe, the most late ones first; may be two seconds old. */
export async function departmentList(
  services: Services,
  scope: Scope,
  now: Instant,
): Promise<readonly DepartmentRow[]> {
  const pool = await services.register();
  return remembered(pool, `departments ${JSON.stringify(scope)}`, () => departmentsOf(pool, scope, now));
}
