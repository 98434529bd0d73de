import { type Pool, type PoolClient } from 'pg';
import { type Recipient } from '../../notify/rows';
import { type AddressedRow } from '../../register/mail-rows';
import { type StandIn, standIn } from '../../register/recipient';

/** Whoever reads a person's mail: they themselves, or the deputy of theirs. */
export function readerOf(
  person: { readonly name: string; readonly email: string },
  deputy: StandIn | undefined,
): Recipient {
  if (deputy === undefined) return { name: person.name, address: person.email, standsInFor: null };
  const { deputyName, deputyEmail, awayTo } = deputy;
  return { name: deputyName, address: deputyEmail, standsInFor: { name: person.name, until: awayTo } };
}

/** Who a message of these rows goes to. @param deputy null = to the person */
export async function recipientOf(
  db: Pool | PoolClient,
  deputy: string | null,
  { name, email, row }: AddressedRow,
): Promise<Recipient> {
  return readerOf({ name, email }, deputy === null ? undefined : await standIn(db, row.contactId));
}
