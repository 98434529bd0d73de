import { askWords, EVIDENCE_KIND_SHOWN, RESULT_SHOWN } from '../../domain/case-words';
import { listed } from '../../domain/counted';
import { unreachable } from '../../domain/errors';
import { EVIDENCE_KINDS } from '../../domain/evidence';
import { type EventBody } from '../../domain/lifecycle';
import { isOneOf } from '../../domain/vocabulary';
import { OUTCOME_SHOWN, ROLE_SHOWN, SENSITIVITY_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { type Instant, type IsoDate } from '../../domain/records';
import { type TrailEvent } from '../../register/case-detail';

/** How an event's days and people are written. */
export interface TrailWording {
  day(instant: Instant): string;
  /** A contact id as its reader may see it: a name, or a role. */
  person(contactId: string): string;
}

/** What happened, in a sentence, and what somebody wrote about it. */
export interface TrailWords {
  readonly what: string;
  /** A person's own text; empty = none. */
  readonly said: string;
}

/** Noon, so that a date is the same one in every zone of the country. */
function noon(date: IsoDate): Instant {
  return `${date}T12:00:00.000Z`;
}

/** How a kind of evidence is called; one of a later release by its own name. */
export function evidenceKindShown(kind: string): string {
  return isOneOf(EVIDENCE_KINDS, kind) ? EVIDENCE_KIND_SHOWN[kind] : kind;
}

function plannedWords(
  { plan, reason, moved }: Extract<EventBody, { type: 'planned' }>,
  wording: TrailWording,
): TrailWords {
  const moves = moved.map(({ stage, was, due }) =>
    was === null
      ? `“${STAGE_SHOWN[stage]}” due ${wording.day(due)}`
      : `“${STAGE_SHOWN[stage]}” from ${wording.day(was)} to ${wording.day(due)}`,
  );
  const said = reason === 'opened' ? '' : reason;
  if (plan.number === 1) return { what: 'The dates were set', said };
  return {
    what: moves.length === 0 ? 'The dates were computed again; none moved' : `Dates moved: ${moves.join('; ')}`,
    said,
  };
}

function rungWords({ stage, days, late, to }: Extract<EventBody, { type: 'rung-fired' }>): TrailWords {
  const when = days > 0 || late > 0 ? 'was late' : days === 0 ? 'was due' : 'came near';
  return { what: `“${STAGE_SHOWN[stage]}” ${when}: ${listed(to.map((role) => ROLE_SHOWN[role]))} reminded`, said: '' };
}

function words(event: EventBody, wording: TrailWording): TrailWords {
  const { day } = wording;
  switch (event.type) {
    case 'opened':
      return { what: 'The case was opened', said: '' };
    case 'planned':
      return plannedWords(event, wording);
    case 'assessment-proposed':
      return { what: 'Said that it is not on the list: waits for the security officer to agree', said: event.note };
    case 'assessed':
      return { what: RESULT_SHOWN[event.result], said: event.note };
    case 'disconnected':
      return { what: 'Taken off the core network', said: event.note };
    case 'scheduled':
      return { what: `Replacement booked for ${day(noon(event.on))}`, said: '' };
    case 'removed':
      return { what: 'Removed', said: event.note };
    case 'evidence-submitted':
      return {
        what: `Evidence for “${STAGE_SHOWN[event.stage]}”: ${evidenceKindShown(event.evidence.kind)}`,
        said: '',
      };
    case 'verified':
      return { what: 'Checked that it has gone', said: event.note };
    case 'closed':
      return { what: `The case was closed: ${OUTCOME_SHOWN[event.outcome].toLowerCase()}`, said: event.reason };
    case 'acknowledged':
      return { what: `Somebody is on it until ${day(event.until)}`, said: '' };
    case 'acknowledgement-expired':
      return { what: `Still open although somebody said on ${day(event.saidOn)} that they were on it`, said: '' };
    case 'reassigned':
      return { what: `The tasks went to ${wording.person(event.to)}`, said: '' };
    case 'retracted':
      return { what: `Taken back: “${STAGE_SHOWN[event.stage]}”`, said: event.reason };
    case 'transferred':
      return { what: `The device moved to site ${event.siteId} of department ${event.departmentId}`, said: '' };
    case 'absorbed':
      return { what: `The case of ${event.assetId} was merged into this one`, said: '' };
    case 'rung-fired':
      return rungWords(event);
    case 'requested':
      return { what: `Asked for: ${askWords(event.ask, day)}`, said: event.text };
    case 'decided':
      return {
        what: `${event.verdict === 'agreed' ? 'Agreed' : 'Refused'}: ${askWords(event.ask, day)}`,
        said: event.conditions,
      };
    case 'facts-revised': {
      const { upgradeOn, sensitivity } = event.facts;
      const upgrade = upgradeOn === null ? 'no upgrade is planned' : `next upgrade on ${day(noon(upgradeOn))}`;
      return {
        what: `What the dates follow from changed: ${upgrade}, the site is ${SENSITIVITY_SHOWN[sensitivity].toLowerCase()}`,
        said: event.reason,
      };
    }
    case 'exception-ended':
      return { what: `The time until ${day(event.until)} is over for which it was allowed to stay`, said: '' };
    default:
      return unreachable(event);
  }
}

/** An event of the trail in words. The payload is the event itself, as `record` wrote it. */
export function trailWords({ payload }: Pick<TrailEvent, 'payload'>, wording: TrailWording): TrailWords {
  return words(payload as EventBody, wording);
}
