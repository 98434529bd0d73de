import { type Pool, type PoolClient } from 'pg';
import { reachablePeople, type ReachablePerson } from '../../register/outbox';

/** Who can be written to in a department and programme-wide; null = programme-wide only. */
export type Directory = (departmentId: string | null) => Promise<readonly ReachablePerson[]>;

/** Reads the reachable people of each department once, so that a page of rows costs a query a department. */
export function directory(db: Pool | PoolClient): Directory {
  const known = new Map<string | null, Promise<readonly ReachablePerson[]>>();
  return (departmentId) => {
    const found = known.get(departmentId) ?? reachablePeople(db, departmentId);
    known.set(departmentId, found);
    return found;
  };
}
