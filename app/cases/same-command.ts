import { Failure } from '../../domain/errors';
import { type CaseEvent, type EventType, type EvidenceRef } from '../../domain/lifecycle';
import { type Instant, type IsoDate } from '../../domain/records';
import { type ActionRequest } from '../command-body';

type EventOf<T extends EventType> = Extract<CaseEvent, { type: T }>;

function find<T extends EventType>(events: readonly CaseEvent[], type: T): EventOf<T> | undefined {
  return events.find((event): event is EventOf<T> => event.type === type);
}

/** Evidence ids are made of what was handed in, so the id tells other evidence. */
function sameEvidence(evidence: EvidenceRef | null, events: readonly CaseEvent[]): boolean {
  return find(events, 'evidence-submitted')?.evidence.evidenceId === evidence?.evidenceId;
}

/** How the instants that a request implies are computed; see `Dates`. */
export interface Counting {
  due(from: Instant, workingDays: number): Instant;
  close(date: IsoDate): Instant;
}

/** Whether these events are what followed from that request. */
function followsFrom(request: ActionRequest, events: readonly CaseEvent[], dates: Counting): boolean {
  switch (request.type) {
    case 'record-assessment': {
      const said = find(events, 'assessed') ?? find(events, 'assessment-proposed');
      return (
        said?.result === request.result && said.note === request.note.trim() && sameEvidence(request.evidence, events)
      );
    }
    case 'confirm-disconnection':
      return find(events, 'disconnected')?.note === request.note.trim() && sameEvidence(request.evidence, events);
    case 'confirm-removal':
      return find(events, 'removed')?.note === request.note.trim() && sameEvidence(request.evidence, events);
    case 'verify-removal':
      return find(events, 'verified')?.note === request.note.trim() && sameEvidence(request.evidence, events);
    case 'submit-evidence':
      return events.length === 1 && sameEvidence(request.evidence, events);
    case 'schedule-replacement':
      return find(events, 'scheduled')?.on === request.on;
    case 'acknowledge': {
      const said = find(events, 'acknowledged');
      return said !== undefined && said.until === dates.due(said.at, request.days);
    }
    case 'reassign':
      return find(events, 'reassigned')?.to === request.to;
    case 'retract': {
      const said = find(events, 'retracted');
      return said?.stage === request.stage && said.reason === request.reason.trim();
    }
    case 'withdraw': {
      const said = events.length === 1 ? find(events, 'closed') : undefined;
      return said?.outcome === request.outcome && said.reason === request.reason.trim();
    }
    case 'request-extension': {
      const ask = find(events, 'requested')?.ask;
      const { stage, on, reason } = request;
      return ask?.kind === 'extension' && ask.stage === stage && ask.due === dates.close(on) && ask.reason === reason;
    }
    case 'request-exception': {
      const ask = find(events, 'requested')?.ask;
      const { until, control } = request;
      return ask?.kind === 'exception' && ask.until === dates.close(until) && ask.control === control;
    }
    case 'decide-request': {
      const said = find(events, 'decided');
      const { requestId, verdict, conditions } = request;
      return said?.requestId === requestId && said.verdict === verdict && said.conditions === conditions.trim();
    }
    case 'move-upgrade': {
      const asked = find(events, 'requested')?.ask;
      const facts = find(events, 'facts-revised')?.facts ?? (asked?.kind === 'later-dates' ? asked.facts : undefined);
      return facts?.upgradeOn === request.to;
    }
    case 'transfer':
    case 'absorb':
      // The system's own, under ids that are made of what they say.
      return true;
  }
}

/** An id that stands for another command. */
export function commandIdReused(caseId: string, commandId: string): Failure {
  return new Failure(
    'command-id-reused',
    `Command id "${commandId}" was used for another command to case ${caseId}: nothing has been done this time.`,
    {
      hint: 'Give every command an id of its own; repeat one only with the same action, content and person.',
      details: { caseId, commandId },
    },
  );
}

/**
 * Refuses a command whose id stands for another one: another action, other content, or in another person's name.
 * @param actor contact id or `ops:<user>` of this command
 * @param dates as the case's policy and nation count them
 * @param events what followed from the command that the register holds under the id
 * @throws Failure `command-id-reused` (exit 2)
 */
export function refuseReuse(
  { caseId, commandId }: { readonly caseId: string; readonly commandId: string },
  request: ActionRequest,
  actor: string,
  events: readonly CaseEvent[],
  dates: Counting,
): void {
  if (events.every((event) => event.actor === actor) && followsFrom(request, events, dates)) return;
  throw commandIdReused(caseId, commandId);
}
