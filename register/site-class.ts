import { type Pool } from 'pg';
import { Failure } from '../domain/errors';
import { type Sensitivity } from '../domain/vocabulary';
import { read } from './read';

const CLASS = `SELECT sensitivity FROM sites WHERE site_id = $1`;

/** The class of a site. @throws Failure `unknown-site` */
export async function siteSensitivity(pool: Pool, siteId: string): Promise<Sensitivity> {
  const rows = await read<{ sensitivity: Sensitivity }>(pool, CLASS, [siteId]);
  if (rows[0] !== undefined) return rows[0].sensitivity;
  throw new Failure('unknown-site', `There is no site "${siteId}" in the register.`, {
    hint: 'See "clearsite sites list", or leave out --site.',
  });
}
