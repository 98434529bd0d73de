import { type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { workflowIdOf } from '../../workflows/messages';

type History = temporal.api.history.v1.IHistory;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const { EventType } = temporal.api.enums.v1;

/** The history of a case's workflow: of its newest run, or of the one named. */
export async function historyOf(client: Client, caseId: string, runId?: string): Promise<History> {
  return client.workflow.getHandle(workflowIdOf(caseId), runId).fetchHistory();
}

function nameOf(event: HistoryEvent): string {
  return EventType[event.eventType ?? 0] ?? 'UNKNOWN';
}

/** How many events there are, those of virtual time apart: only tests and rehearsals have them. */
export function countEvents({ events }: History): number {
  return (events ?? []).filter((event) => !/TIME_SKIPPING|OPTIONS_UPDATED/.test(nameOf(event))).length;
}

/** How many events there are of each type, for people who read a failed test. */
export function tally({ events }: History): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events ?? []) {
    const name = nameOf(event).replace('EVENT_TYPE_', '');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
