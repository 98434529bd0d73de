import { type Pool } from 'pg';
import { type AuditSnapshot, withAuditSnapshot } from '../../register/audit';
import { type Services } from '../services';
import { theCase } from '../cases/find';
import { type Break, checkHead, checkLink, startOfChain } from './breaks';
import { compareHistories } from './histories';

/** What a check of the audit trail found. */
export interface AuditReport {
  readonly cases: number;
  readonly events: number;
  /** Cases whose trail was compared with their workflow's history too; null = not asked for. */
  readonly histories: number | null;
  readonly breaks: readonly Break[];
  /** More were found than are listed. */
  readonly more: number;
}

/** How many breaks are listed; the rest is counted. */
const LISTED = 1000;

/** Collects breaks in bounded memory. */
class Breaks {
  readonly listed: Break[] = [];
  more = 0;

  add(found: readonly Break[]): void {
    for (const one of found) {
      if (this.listed.length < LISTED) this.listed.push(one);
      else this.more += 1;
    }
  }
}

/** Walks trail and heads side by side, both in the order of their case ids. */
async function walk(
  { events, heads }: AuditSnapshot,
  caseId: string | null,
  breaks: Breaks,
): Promise<{ cases: number; events: number }> {
  const count = { cases: 0, events: 0 };
  const rows = events({ caseId, since: null });
  let row = await rows.next();
  for await (const head of heads(caseId)) {
    count.cases += 1;
    let chain = startOfChain(head.caseId);
    // The register's own rule: no event without its case.
    while (row.done !== true && row.value.caseId === head.caseId) {
      const { after, breaks: found } = checkLink(chain, row.value);
      breaks.add(found);
      chain = after;
      count.events += 1;
      row = await rows.next();
    }
    breaks.add(checkHead(chain, head));
  }
  if (row.done !== true) {
    const message = 'From here on events belong to cases that the register does not have.';
    breaks.add([{ caseId: row.value.caseId, sequence: row.value.sequence, code: 'event-misplaced', message }]);
  }
  return count;
}

export interface VerifyOptions {
  /** Case id or asset id; null = every case. */
  readonly id: string | null;
  /** `deep` also compares with the histories of the workflows that Temporal still has. */
  readonly depth: 'register' | 'deep';
  readonly onProgress?: (cases: number) => void;
}

async function caseNamed(pool: Pool, id: string | null): Promise<string | null> {
  return id === null ? null : (await theCase(pool, id)).caseId;
}

/**
 * Recomputes every digest and every link of every hash chain, and compares the ends with what the cases keep.
 * @throws Failure `unknown-case`; with `deep` what the connection to Temporal says
 */
export async function verifyAudit(services: Services, { id, depth, onProgress }: VerifyOptions): Promise<AuditReport> {
  const pool = await services.register();
  const caseId = await caseNamed(pool, id);
  const breaks = new Breaks();
  const count = await withAuditSnapshot(pool, (snapshot) => walk(snapshot, caseId, breaks));
  let histories: number | null = null;
  if (depth === 'deep') {
    histories = await compareHistories(services, caseId, (found) => {
      breaks.add(found);
      onProgress?.(1);
    });
  }
  return { ...count, histories, breaks: breaks.listed, more: breaks.more };
}
