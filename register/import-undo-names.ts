import { type PoolClient } from 'pg';
import { type Role } from '../domain/vocabulary';

/** A contact as people know it. Personal data: shown to ops, never kept with the import. */
export interface UndonePost {
  /** Null = programme-wide. */
  readonly departmentId: string | null;
  /** Null = every site of the department. */
  readonly siteId: string | null;
  readonly role: Role;
  readonly name: string;
}

/** What people know cases and contacts by, by their ids. */
export interface UndoNames {
  readonly assets: ReadonlyMap<string, string>;
  readonly posts: ReadonlyMap<string, UndonePost>;
}

const ASSETS = `SELECT case_id AS id, asset_id AS "assetId" FROM cases WHERE case_id = ANY($1)`;

const POSTS = `
  SELECT contact_id AS id, department_id AS "departmentId", site_id AS "siteId", role, name
  FROM contacts WHERE contact_id = ANY($1)`;

/** Looks up what people know these cases and contacts by; ids that are not there are left out. */
export async function namesForUndo(
  client: PoolClient,
  { cases, contacts }: { readonly cases: readonly string[]; readonly contacts: readonly string[] },
): Promise<UndoNames> {
  const assets = (await client.query<{ id: string; assetId: string }>(ASSETS, [cases])).rows;
  const posts = (await client.query<UndonePost & { id: string }>(POSTS, [contacts])).rows;
  return {
    assets: new Map(assets.map(({ id, assetId }) => [id, assetId])),
    posts: new Map(posts.map(({ id, ...post }) => [id, post])),
  };
}
