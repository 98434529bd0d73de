import { chainHash, eventDigest } from '../../register/hash-chain';
import { type AuditRow, type ChainHead } from '../../register/audit';

/** How the audit trail of a case fails to prove itself. */
export interface Break {
  readonly caseId: string;
  /** Of the event; null where none is left to name. */
  readonly sequence: number | null;
  readonly code:
    | 'event-changed'
    | 'column-changed'
    | 'chain-broken'
    | 'event-missing'
    | 'event-misplaced'
    | 'head-differs'
    | 'history-differs'
    | 'history-missing';
  readonly message: string;
}

/** Where the check of one case's chain stands. */
export interface ChainState {
  readonly caseId: string;
  readonly sequence: number;
  /** As stored with the last event; null before the first. */
  readonly hash: string | null;
}

export function startOfChain(caseId: string): ChainState {
  return { caseId, sequence: 0, hash: null };
}

/** The columns that repeat what the event says, for lists and searches. */
function differingColumns(row: AuditRow): string[] {
  const { payload } = row;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['sequence', row.sequence, payload.sequence],
    ['type', row.type, payload.type],
    ['at', row.at, payload.at],
    ['actor', row.actor, payload.actor],
    ['entered_by', row.enteredBy, payload.enteredBy],
    ['command_id', row.commandId, payload.commandId],
  ];
  return pairs.filter(([, column, member]) => column !== member).map(([name]) => name);
}

/**
 * Checks one event against what came before it. Pure but for the hash function.
 * @returns what is wrong with it, and where the chain stands after it
 */
export function checkLink(before: ChainState, row: AuditRow): { readonly after: ChainState; readonly breaks: Break[] } {
  const { caseId, sequence } = row;
  const breaks: Break[] = [];
  const report = (code: Break['code'], message: string): void => void breaks.push({ caseId, sequence, code, message });
  if (sequence !== before.sequence + 1) {
    report(
      'event-missing',
      `Event ${before.sequence + 1} is missing: event ${sequence} follows event ${before.sequence}.`,
    );
  }
  const digest = eventDigest(row.payload);
  if (digest !== row.digest) report('event-changed', `Event ${sequence} is not what was recorded: its digest differs.`);
  const columns = differingColumns(row);
  if (columns.length > 0)
    report('column-changed', `Event ${sequence}: ${columns.join(', ')} differ from the event itself.`);
  const { payload } = row;
  if (payload.type === 'opened' && payload.facts.caseId !== caseId) {
    report('event-misplaced', `Event ${sequence} belongs to case ${payload.facts.caseId}.`);
  }
  if (chainHash(before.hash, digest, row.told, row.passedOver) !== row.hash) {
    report(
      'chain-broken',
      `The hash of event ${sequence} does not follow from the event, who was told and the event before.`,
    );
  }
  return { after: { caseId, sequence, hash: row.hash }, breaks };
}

/** Checks the end of a chain against what the case's row says of it. */
export function checkHead({ sequence, hash }: ChainState, head: ChainHead): Break[] {
  const { caseId } = head;
  if (sequence === head.sequence && hash === head.lastHash) return [];
  const message =
    sequence < head.sequence
      ? `The case counts ${head.sequence} events, and the trail ends after ${sequence}.`
      : sequence > head.sequence
        ? `The trail has ${sequence} events, and the case counts ${head.sequence}.`
        : `The last hash of the trail is not the one that the case keeps.`;
  return [{ caseId, sequence: sequence < head.sequence ? sequence + 1 : sequence, code: 'head-differs', message }];
}
