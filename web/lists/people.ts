import { type ContactRow } from '../../app/lists/people';
import { type Instant } from '../../domain/records';
import { ROLE_SHOWN } from '../../domain/wording';
import { datesFor } from './dates';

/** A civil date as an instant of its noon, so that it is the same day in every zone of the country. */
const noon = (date: string): Instant => `${date}T12:00:00.000Z`;

/** "Away from 4 December to 11 December"; empty where no absence is known or it is over. */
function awayWords({ awayFrom, awayTo }: ContactRow, now: Instant, zone: string): string {
  const { short } = datesFor(now, zone);
  if (awayTo !== null && noon(awayTo) < now.slice(0, 10)) return '';
  const from = awayFrom === null ? '' : ` from ${short(noon(awayFrom)) ?? ''}`;
  const to = awayTo === null ? '' : ` to ${short(noon(awayTo)) ?? ''}`;
  return from === '' && to === '' ? '' : `Away${from}${to}`;
}

/** What pages say of people who are responsible. */
export function peopleView(contacts: readonly ContactRow[], now: Instant, zone: string) {
  return contacts.map((contact) => {
    const { contactId, name, email, role, siteId, deputyEmail, refusedAt } = contact;
    const away = awayWords(contact, now, zone);
    const role1 = ROLE_SHOWN[role];
    return {
      contactId,
      name,
      email,
      role: role1.charAt(0).toUpperCase() + role1.slice(1),
      siteId,
      deputyEmail,
      notes: [
        ...(away === '' ? [] : [away]),
        ...(refusedAt === null ? [] : ['Mail to this address is refused: it has to be corrected']),
      ],
    };
  });
}
