import { type Pool, type PoolClient } from 'pg';
import { type IsoDate } from '../domain/records';
import { DEFAULT_NATION, type Nation } from '../domain/vocabulary';
import { deputyOf } from './deputies';

type Db = Pool | PoolClient;

/** Whose bank holidays a person has. */
export async function nationOf(db: Db, contactId: string): Promise<Nation> {
  const { rows } = await db.query<{ nation: Nation }>(`SELECT nation FROM contact_nations WHERE contact_id = $1`, [
    contactId,
  ]);
  return rows[0]?.nation ?? DEFAULT_NATION;
}

/** Nations of several people, by contact id. */
export async function nationsOf(db: Db, contactIds: readonly string[]): Promise<Map<string, Nation>> {
  const { rows } = await db.query<{ id: string; nation: Nation }>(
    `SELECT contact_id AS id, nation FROM contact_nations WHERE contact_id = ANY($1)`,
    [contactIds],
  );
  return new Map(rows.map(({ id, nation }) => [id, nation]));
}

/** Who reads an absent person's mail. */
export interface StandIn {
  /** Empty where the deputy is no contact of the register. */
  readonly deputyName: string;
  readonly deputyEmail: string;
  /** Last day of the absence; null = not known. */
  readonly awayTo: IsoDate | null;
}

const STAND_IN = `
  SELECT c.contact_id AS "contactId", c.deputy_email AS "deputyEmail", to_char(c.away_to, 'YYYY-MM-DD') AS "awayTo", coalesce((
    SELECT d.name FROM contacts d WHERE lower(d.email) = lower(c.deputy_email) AND d.left_at IS NULL ORDER BY d.contact_id LIMIT 1
  ), '') AS "deputyName"
  FROM contacts c WHERE c.contact_id = ANY($1) AND c.deputy_email IS NOT NULL`;

/** The deputy of a person who has one, there or away. */
export async function standIn(db: Db, contactId: string): Promise<StandIn> {
  const found = (await db.query<StandIn>(STAND_IN, [[contactId]])).rows[0];
  if (found === undefined) throw new Error('mail goes to a deputy only where there is one');
  return found;
}

/** Who reads these people's mail on a date, by contact id, where they do not themselves. */
export async function deputiesOf(db: Db, contactIds: readonly string[], today: IsoDate): Promise<Map<string, StandIn>> {
  const { rows } = await db.query<StandIn & { contactId: string }>(`${STAND_IN} AND ${deputyOf('$2')} IS NOT NULL`, [
    contactIds,
    today,
  ]);
  return new Map(rows.map((row) => [row.contactId, row]));
}

/** What to call whoever reads a person's mail at an address; empty where they are no contact of the register. */
export async function readerNameOf(db: Db, contactId: string, address: string): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM contacts WHERE lower(email) = lower($2) AND left_at IS NULL ORDER BY (contact_id = $1) DESC, contact_id LIMIT 1`,
    [contactId, address],
  );
  return rows[0]?.name ?? '';
}
