import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { type CalendarEvent, icalendar } from '../../../notify/invitation/icalendar';

const EVENT: CalendarEvent = {
  method: 'REQUEST',
  uid: '0c8f6b1e-0000-4000-8000-000000000000',
  sequence: 0,
  stamp: '2026-11-23T09:00:00.000Z',
  start: '2026-12-04T16:30:00.000Z',
  end: '2026-12-04T17:00:00.000Z',
  summary: '3 tasks due: Remove it',
  description: 'Due.',
  organizer: 'clearsite@programme.example',
  attendee: 'jo@ag.example',
};

function read(text: string): { calendar: ICAL.Component; event: ICAL.Event } {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  return { calendar, event: new ICAL.Event(calendar.getFirstSubcomponent('vevent')!) };
}

describe('iCalendar', () => {
  test('is these lines, whole', () => {
    expect(icalendar(EVENT).split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//clearsite//clearsite//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      'UID:0c8f6b1e-0000-4000-8000-000000000000',
      'SEQUENCE:0',
      'DTSTAMP:20261123T090000Z',
      'DTSTART:20261204T163000Z',
      'DTEND:20261204T170000Z',
      'SUMMARY:3 tasks due: Remove it',
      'DESCRIPTION:Due.',
      'ORGANIZER:mailto:clearsite@programme.example',
      'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=',
      ' FALSE:mailto:jo@ag.example',
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
      'X-MICROSOFT-CDO-BUSYSTATUS:FREE',
      'CLASS:PRIVATE',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  test('that takes an entry out says so twice, as clients want it', () => {
    const { calendar, event } = read(icalendar({ ...EVENT, method: 'CANCEL', sequence: 3 }));
    expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
    expect(event.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(event.sequence).toBe(3);
  });

  test('carries any text unchanged, in lines of at most 75 octets that end in CRLF', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', ';', ',', '\\', '"', ':', 'é', '…', '語', '😀', ' ', '\n', 'n'),
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(line, line, (summary, description) => {
        const text = icalendar({ ...EVENT, summary, description });
        for (const one of text.split('\r\n')) {
          expect(Buffer.byteLength(one)).toBeLessThanOrEqual(75);
          expect(one).not.toMatch(/[\r\n]/);
        }
        const { event } = read(text);
        expect(event.summary).toBe(summary);
        expect(event.description).toBe(description);
        expect(event.endDate.toJSDate().toISOString()).toBe(EVENT.end);
      }),
      { numRuns: 500 },
    );
  });
});
