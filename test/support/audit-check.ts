import { createHash } from 'node:crypto';
import { type Client } from '@temporalio/client';
import { type temporal } from '@temporalio/proto';
import { type Pool } from 'pg';
import { type CaseEvent } from '../../domain/lifecycle';
import { type RecordInput, workflowIdOf } from '../../workflows/messages';

interface AuditRow {
  readonly sequence: number;
  readonly type: string;
  readonly command_id: string;
  readonly payload: CaseEvent;
  readonly told: readonly string[];
  readonly passed_over: readonly string[];
  readonly digest: string;
  readonly hash: string;
}

/** JSON with sorted members, written again here so that the check does not lean on what it checks. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function decode(client: Client, payloads: readonly temporal.api.common.v1.IPayload[]): Promise<unknown> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let plain = [...payloads];
  for (const codec of [...payloadCodecs].reverse()) plain = await codec.decode(plain);
  return payloadConverter.fromPayload(plain[0]!);
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A run's history, a few events at a time: tests make events of a megabyte, and an answer may have four. */
async function wholeHistory(client: Client, caseId: string, runId: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId: workflowIdOf(caseId), runId },
      maximumPageSize: 10,
      ...(nextPageToken ? { nextPageToken } : {}),
    });
    events.push(...(page.history?.events ?? []));
    ({ nextPageToken } = page);
  } while (nextPageToken != null && nextPageToken.length > 0);
  return events;
}

/** What a case's histories say: events that it asked to be recorded, and the updates that they accepted. All runs, oldest first. */
export async function acceptedBy(
  client: Client,
  caseId: string,
): Promise<{ events: CaseEvent[]; updates: Set<string>; runs: number }> {
  const events: CaseEvent[] = [];
  const updates = new Set<string>();
  const histories: HistoryEvent[][] = [];
  const { runId: newest } = await client.workflow.getHandle(workflowIdOf(caseId)).describe();
  for (let runId: string | null | undefined = newest; runId != null && runId !== '';) {
    const history = await wholeHistory(client, caseId, runId);
    histories.unshift(history);
    runId = history[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  for (const event of histories.flat()) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === 'record') {
      const input = (await decode(client, scheduled.input?.payloads ?? [])) as RecordInput;
      events.push(...input.events);
    }
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.meta?.updateId;
    if (update != null) updates.add(update);
  }
  return { events, updates, runs: histories.length };
}

/**
 * Everything that is wrong with a case's trail against itself and against its workflow's histories; empty = nothing.
 * @param eventless ids of accepted commands that made nothing happen
 */
export async function faultsOf(
  client: Client,
  pool: Pool,
  caseId: string,
  eventless: readonly string[] = [],
): Promise<string[]> {
  const { rows } = await pool.query<AuditRow>(
    'SELECT sequence, type, command_id, payload, told, passed_over, digest, hash FROM audit_events WHERE case_id = $1 ORDER BY sequence',
    [caseId],
  );
  const wrong: string[] = [];
  let previous = '';
  rows.forEach(({ sequence, payload, told, passed_over: passedOver, digest, hash }, index) => {
    if (sequence !== index + 1) wrong.push(`${caseId}: event ${sequence} stands where ${index + 1} belongs`);
    if (sha256(JSON.stringify(sorted(payload))) !== digest)
      wrong.push(`${caseId}: event ${sequence} has another digest`);
    const link = [
      previous,
      digest,
      JSON.stringify(told),
      ...(passedOver.length === 0 ? [] : [JSON.stringify(passedOver)]),
    ];
    if (sha256(link.join('\n')) !== hash) wrong.push(`${caseId}: the chain breaks at ${sequence}`);
    previous = hash;
  });
  const head = await pool.query<{ sequence: number; last_hash: string | null; status: string }>(
    'SELECT sequence, last_hash, status FROM cases WHERE case_id = $1',
    [caseId],
  );
  const row = head.rows[0];
  if (row?.sequence !== rows.length || (row.last_hash ?? '') !== previous)
    wrong.push(`${caseId}: its row is of another trail`);

  const accepted = await acceptedBy(client, caseId);
  const held = rows.map(({ payload }) => JSON.stringify(sorted(payload)));
  const asked = accepted.events.map((event) => JSON.stringify(sorted(event)));
  if (held.length !== asked.length)
    wrong.push(`${caseId}: ${held.length} events are held, ${asked.length} were accepted`);
  asked.forEach((event, index) => {
    if (held[index] !== event) wrong.push(`${caseId}: event ${index + 1} is another than was accepted`);
  });
  for (const { payload, command_id: id } of rows) {
    const own = id === 'open' || id.startsWith('tick/');
    if (!own && !accepted.updates.has(id))
      wrong.push(`${caseId}: ${payload.type} is held for a command that was never accepted`);
  }
  for (const id of accepted.updates) {
    if (eventless.includes(id)) continue;
    if (!rows.some((one) => one.command_id === id))
      wrong.push(`${caseId}: command ${id} was accepted and left no event`);
  }
  return wrong;
}
