import { type Pool, type PoolClient } from 'pg';
import { read } from '../read';

/** A department by its id and name. */
export interface DepartmentName {
  readonly departmentId: string;
  readonly name: string;
}

/** Departments by name. @param ids null = all */
export async function departmentNames(
  db: Pool | PoolClient,
  ids: readonly string[] | null,
): Promise<readonly DepartmentName[]> {
  const rows = await read<DepartmentName>(
    db,
    `SELECT department_id AS "departmentId", name FROM departments WHERE $1::text[] IS NULL OR department_id = ANY($1)
     ORDER BY lower(name), department_id`,
    [ids],
  );
  return rows;
}
