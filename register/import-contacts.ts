import { type PoolClient } from 'pg';

/** A contact to merge, in the register's words; null = not said. Dates are ISO. */
export interface ContactRow {
  readonly line: number;
  readonly department_id: string | null;
  readonly site_id: string | null;
  readonly role: string;
  readonly name: string;
  readonly email: string;
  readonly nation: string | null;
  readonly deputy_email: string | null;
  readonly away_from: string | null;
  readonly away_to: string | null;
}

export const CONTACT_OPTIONAL = ['nation', 'deputy_email', 'away_from', 'away_to'] as const;
export type ContactOptional = (typeof CONTACT_OPTIONAL)[number];

export interface ContactMergeResult {
  readonly created: number;
  readonly updated: number;
  /** Lines of people who have left that post: they stay away. */
  readonly left: readonly { readonly line: number; readonly contactId: string }[];
}

const ROWS = `
  jsonb_to_recordset($2::jsonb) AS r (line bigint, department_id text, site_id text, role text, name text, email text, nation text,
    deputy_email text, away_from date, away_to date)`;

/** The same post and address. */
const SAME = `
  coalesce(c.department_id, '') = coalesce(r.department_id, '') AND coalesce(c.site_id, '') = coalesce(r.site_id, '')
    AND c.role = r.role AND lower(c.email) = lower(r.email)`;

const DATA = ['name', 'email', ...CONTACT_OPTIONAL] as const;

function updateSql(present: ReadonlySet<ContactOptional>): string {
  const value = (column: (typeof DATA)[number]): string =>
    column === 'name' || column === 'email' || present.has(column) ? `r.${column}` : `c.${column}`;
  return `
    UPDATE contacts o SET ${DATA.map((column) => `${column} = n.${column}`).join(', ')}, before_import = n.before,
      last_import_id = $1, updated_at = now()
    FROM (
      SELECT c.contact_id, ${DATA.map((column) => `${value(column)} AS ${column}`).join(', ')},
        jsonb_build_object(${DATA.map((column) => `'${column}', c.${column}`).join(', ')}, 'last_import_id', c.last_import_id) AS before
      FROM ${ROWS} JOIN contacts c ON ${SAME} AND c.left_at IS NULL
      WHERE (${DATA.map((column) => `c.${column}`).join(', ')}) IS DISTINCT FROM (${DATA.map(value).join(', ')})
    ) n WHERE o.contact_id = n.contact_id`;
}

const LEFT = `
  SELECT DISTINCT ON (r.line) r.line::float8 AS line, c.contact_id AS "contactId" FROM ${ROWS}
  JOIN contacts c ON ${SAME} AND c.left_at IS NOT NULL
  WHERE $1::bigint IS NOT NULL AND NOT EXISTS (SELECT FROM contacts n WHERE ${SAME.replaceAll('c.', 'n.')} AND n.left_at IS NULL)
  ORDER BY r.line, c.left_at DESC`;

const INSERT = `
  INSERT INTO contacts (contact_id, department_id, site_id, role, ${DATA.join(', ')}, first_import_id, last_import_id)
  SELECT 'c_' || replace(gen_random_uuid()::text, '-', ''), r.department_id, r.site_id, r.role,
    ${DATA.map((column) => `r.${column}`).join(', ')}, $1, $1
  FROM ${ROWS} WHERE NOT EXISTS (SELECT FROM contacts c WHERE ${SAME})`;

/** Creates and updates contacts. A person who has left a post is not put back by a file. */
export async function mergeContacts(
  client: PoolClient,
  input: {
    readonly importId: number;
    readonly contacts: readonly ContactRow[];
    readonly present: ReadonlySet<ContactOptional>;
  },
): Promise<ContactMergeResult> {
  await client.query('LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE');
  const parameters = [input.importId, JSON.stringify(input.contacts)];
  const updated = await client.query(updateSql(input.present), parameters);
  const left = await client.query<{ line: number; contactId: string }>(LEFT, parameters);
  const created = await client.query(INSERT, parameters);
  return { created: created.rowCount ?? 0, updated: updated.rowCount ?? 0, left: left.rows };
}
