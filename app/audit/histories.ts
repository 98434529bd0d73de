import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type temporal } from '@temporalio/proto';
import { auditDigests, caseIdsOf } from '../../register/audit';
import { eventDigest } from '../../register/hash-chain';
import { type DeviceRemovalInput, type RecordInput, workflowIdOf } from '../../workflows/messages';
import { concurrently, IN_FLIGHT, pages } from '../concurrently';
import { type Services } from '../services';
import { type Break } from './breaks';

type History = temporal.api.history.v1.IHistory;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** What the histories of a case's runs say was accepted. */
interface Accepted {
  /** Digests by sequence number. */
  readonly digests: ReadonlyMap<number, string>;
  /** Events up to this one were accepted in runs that Temporal no longer has. */
  readonly before: number;
  readonly running: 'running' | 'ended';
}

async function firstArgument<T>(client: Client, input: Payloads): Promise<T | null> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let payloads = input?.payloads ?? [];
  for (const codec of [...payloadCodecs].reverse()) payloads = await codec.decode(payloads);
  const [first] = payloads;
  return first === undefined ? null : payloadConverter.fromPayload<T>(first);
}

/** Every batch that a history asked to be recorded, oldest first. */
async function batches(client: Client, { events }: History): Promise<RecordInput[]> {
  const found: RecordInput[] = [];
  for (const { activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
    if (scheduled?.activityType?.name !== 'record') continue;
    const batch = await firstArgument<RecordInput>(client, scheduled.input);
    if (batch !== null) found.push(batch);
  }
  return found;
}

/** Follows continue-as-new back to the first run that Temporal still has. */
async function acceptedBy(client: Client, caseId: string): Promise<Accepted> {
  const digests = new Map<number, string>();
  const { status } = await client.workflow.getHandle(workflowIdOf(caseId)).describe();
  const running = status.name === 'RUNNING' ? 'running' : 'ended';
  let runId: string | undefined;
  for (;;) {
    const history = await client.workflow.getHandle(workflowIdOf(caseId), runId).fetchHistory();
    for (const { events } of await batches(client, history)) {
      for (const event of events) digests.set(event.sequence, eventDigest(event));
    }
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const input = await firstArgument<DeviceRemovalInput>(client, started?.input);
    const before = input?.carried?.sequence ?? 0;
    const earlier = started?.continuedExecutionRunId;
    if (before === 0 || !earlier) return { digests, before, running };
    runId = earlier;
  }
}

/** What differs between what a case accepted and what the register holds of it. */
export function compareDigests(caseId: string, held: ReadonlyMap<number, string>, accepted: Accepted): Break[] {
  const breaks: Break[] = [];
  for (const [sequence, digest] of held) {
    if (sequence <= accepted.before) continue;
    const original = accepted.digests.get(sequence);
    if (original === digest) continue;
    const message =
      original === undefined
        ? `Event ${sequence} is recorded, and the case never accepted it.`
        : `Event ${sequence} is not the one that the case accepted.`;
    breaks.push({ caseId, sequence, code: 'history-differs', message });
  }
  // What a running case has accepted last may still be on its way to the register.
  const recorded = accepted.running === 'running' ? Math.max(0, ...held.keys()) : Number.POSITIVE_INFINITY;
  for (const sequence of accepted.digests.keys()) {
    if (held.has(sequence) || sequence > recorded) continue;
    const message = `Event ${sequence} was accepted by the case and is not recorded.`;
    breaks.push({ caseId, sequence, code: 'history-missing', message });
  }
  return breaks;
}

/**
 * Compares the audit trail with the histories of the workflows, as far as Temporal still has them: the history is what
 * a case truly accepted, and whoever can write to the register cannot write there.
 * @param onCase called once for each case with what was found, however little
 * @returns how many cases were compared
 */
export async function compareHistories(
  services: Services,
  caseId: string | null,
  onCase: (breaks: readonly Break[]) => void,
): Promise<number> {
  const pool = await services.register();
  const client = await services.temporal();
  let compared = 0;
  const ids =
    caseId === null
      ? pages(
          (after, limit) => caseIdsOf(pool, after, limit),
          (id) => id,
        )
      : [caseId];
  await concurrently(ids, IN_FLIGHT, async (id) => {
    try {
      // The register first: what is accepted in between is then missing from it, and not the reverse.
      const held = await auditDigests(pool, id);
      onCase(compareDigests(id, held, await acceptedBy(client, id)));
      compared += 1;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  });
  return compared;
}
