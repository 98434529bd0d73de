import { type PoolClient } from 'pg';

/**
 * SQL for the address of whoever stands in for contact `c` on a date: their deputy while they are away (both dates
 * included; one that is missing sets no bound), unless mail to the deputy has been refused. Lower-case; null = they
 * get their mail themselves.
 * @param today the placeholder of a date
 */
export function deputyOf(today: string): string {
  return `CASE WHEN c.deputy_email <> '' AND lower(c.deputy_email) <> lower(c.email)
      AND lower(c.deputy_email) IS DISTINCT FROM lower(c.deputy_refused)
      AND (c.away_from IS NOT NULL OR c.away_to IS NOT NULL)
      AND ${today}::date BETWEEN coalesce(c.away_from, '-infinity') AND coalesce(c.away_to, 'infinity')
      AND NOT EXISTS (SELECT FROM contacts r WHERE lower(r.email) = lower(c.deputy_email) AND r.left_at IS NULL AND r.refused_at IS NOT NULL)
    THEN lower(c.deputy_email) END`;
}

/** Somebody whose deputy's address was refused for good. */
export interface WithoutDeputy {
  readonly contactId: string;
  readonly departmentId: string | null;
  readonly role: string;
}

const REFUSE = `
  UPDATE contacts SET deputy_refused = deputy_email
  WHERE lower(deputy_email) = lower($1) AND left_at IS NULL AND lower(deputy_email) IS DISTINCT FROM lower(deputy_refused)
  RETURNING contact_id AS "contactId", department_id AS "departmentId", role`;

/** Nobody's mail goes to this deputy any more. @returns those for whom it did until now */
export async function refuseDeputy(client: PoolClient, address: string): Promise<WithoutDeputy[]> {
  return (await client.query<WithoutDeputy>(REFUSE, [address])).rows;
}
