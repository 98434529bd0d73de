import { type CaseEvent, type Finding } from '../lifecycle';
import { type Instant } from '../records';
import { type Outcome } from '../vocabulary';

/** How a case comes to be among what remains. */
export const WAYS_IN = ['found-at-start', 'found-later', 'into-scope', 'reopened', 'other'] as const;
export type WayIn = (typeof WAYS_IN)[number];

/** Every way in which what remains changes; the last four leave the programme's total as it is. */
export const FLOW_KINDS = [
  'found-at-start',
  'found-later',
  'into-scope',
  'reopened',
  'removed',
  'not-covered',
  'other',
  'moved-in',
  'moved-out',
  'confirmed',
  'unconfirmed',
] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** A case crosses into what remains (`change` 1) or out of it (-1), as one department counts it. */
export interface Crossing {
  readonly sequence: number;
  readonly kind: FlowKind;
  readonly change: 1 | -1;
  readonly departmentId: string;
  /** False = suspect or make not known, and nobody has looked yet: counted apart. */
  readonly mustGo: boolean;
  readonly at: Instant;
}

/** Where a case stands before a batch of events. */
export interface Standing {
  readonly counted: boolean;
  readonly departmentId: string;
  readonly finding: Finding;
  readonly confirmedCovered: boolean;
  /** How it will have come, where it opens in this batch. */
  readonly found: WayIn;
}

/** The way out of what remains that an outcome is. */
export function wayOut(outcome: Outcome): 'removed' | 'not-covered' | 'other' {
  return outcome === 'removed' || outcome === 'not-covered' ? outcome : 'other';
}

function mustGo({ finding, confirmedCovered }: Standing): boolean {
  return finding === 'covered' || confirmedCovered;
}

/** What an event changes in where the case stands. */
function moved(before: Standing, event: CaseEvent): Standing {
  switch (event.type) {
    case 'opened':
      return {
        ...before,
        counted: true,
        departmentId: event.facts.departmentId,
        finding: event.facts.finding,
        confirmedCovered: false,
      };
    case 'assessed':
      return event.result === 'covered' ? { ...before, confirmedCovered: true } : before;
    case 'retracted':
      return event.stage === 'assess' ? { ...before, confirmedCovered: false } : before;
    case 'transferred':
      return { ...before, departmentId: event.departmentId };
    case 'closed':
      return { ...before, counted: false };
    default:
      return before;
  }
}

function crossed(before: Standing, event: CaseEvent, after: Standing): Crossing[] {
  const { sequence, at } = event;
  const one = (kind: FlowKind, change: 1 | -1, place: Standing): Crossing => {
    return { sequence, kind, change, departmentId: place.departmentId, mustGo: mustGo(place), at };
  };
  if (event.type === 'opened') return [one(after.found, 1, after)];
  if (event.type === 'closed') return before.counted ? [one(wayOut(event.outcome), -1, before)] : [];
  if (!before.counted) return [];
  if (before.departmentId !== after.departmentId) return [one('moved-out', -1, before), one('moved-in', 1, after)];
  if (mustGo(before) === mustGo(after)) return [];
  const kind = mustGo(after) ? 'confirmed' : 'unconfirmed';
  return [one(kind, -1, before), one(kind, 1, after)];
}

/** Every crossing that a batch of events is, in order. */
export function crossingsOf(standing: Standing, events: readonly CaseEvent[]): Crossing[] {
  let before = standing;
  return events.flatMap((event) => {
    const after = moved(before, event);
    const found = crossed(before, event, after);
    before = after;
    return found;
  });
}
