import { type Instant } from '../../domain/records';
import { type CalendarMethod } from './rows';

/** One entry as it stands in an iCalendar object. Instants in UTC. */
export interface CalendarEvent {
  readonly method: CalendarMethod;
  /** A UUID (RFC 7986, 5.3): with the sender's domain in it, another `MAIL_FROM` would make another entry. */
  readonly uid: string;
  readonly sequence: number;
  readonly stamp: Instant;
  readonly start: Instant;
  readonly end: Instant;
  readonly summary: string;
  readonly description: string;
  /** Plain addresses; see `isMailable`. */
  readonly organizer: string;
  readonly attendee: string;
}

/** RFC 5545, 3.1: a line has at most 75 octets, its break apart. */
const LONGEST_LINE = 75;

/** Breaks a line between characters, never within one; a continuation begins with a space, which counts. */
function fold(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LONGEST_LINE) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}

/** A TEXT value (RFC 5545, 3.3.11). */
function text(value: string): string {
  return value.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r\n|\r|\n/g, '\\n');
}

/** `20261204T170000Z`: an instant in UTC, so that the entry needs no time zone of its own and no client can mistake it. */
function utc(instant: Instant): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** A mailto URI without a name: some clients match people by the whole value. */
function mailto(address: string): string {
  return `mailto:${address.replace(/[%?#&]/g, encodeURIComponent)}`;
}

/**
 * One event as iCalendar (RFC 5545) for e-mail (iTIP, RFC 5546). Shown as free; answers are not asked for. CRLF throughout.
 */
export function icalendar(event: CalendarEvent): string {
  const { method, uid, sequence, stamp, start, end, summary, description, organizer, attendee } = event;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//clearsite//clearsite//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${text(uid)}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${utc(stamp)}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${text(summary)}`,
    `DESCRIPTION:${text(description)}`,
    `ORGANIZER:${mailto(organizer)}`,
    `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:${mailto(attendee)}`,
    `STATUS:${method === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    // What Outlook reads instead of TRANSP.
    'X-MICROSOFT-CDO-BUSYSTATUS:FREE',
    // Colleagues who may look at the calendar see no references.
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(fold)
    .join('\r\n');
}
