import { type HeldRole } from '../../domain/access/roles';
import { type DepartmentName, departmentNames } from '../../register/access/departments';
import { type Services } from '../services';

export type { DepartmentName };

/** Every department, by name. */
export async function findDepartments(services: Services): Promise<readonly DepartmentName[]> {
  return departmentNames(await services.register(), null);
}

/** Names of the departments in which roles are held, by id. */
export async function departmentsOfRoles(
  services: Services,
  roles: readonly Pick<HeldRole, 'departmentId'>[],
): Promise<ReadonlyMap<string, string>> {
  const ids = roles.flatMap(({ departmentId }) => (departmentId === null ? [] : [departmentId]));
  if (ids.length === 0) return new Map();
  const found = await departmentNames(await services.register(), ids);
  return new Map(found.map(({ departmentId, name }) => [departmentId, name]));
}
