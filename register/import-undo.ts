import { type PoolClient } from 'pg';

/** Events that the system itself records: nobody has acted on a case that has only these. */
const UNATTENDED = ['opened', 'planned', 'rung-fired'];

/** Something that undoing left as it is. */
export interface LeftAlone {
  /** Asset, site, contact or case id. */
  readonly subject: string;
  readonly code: 'changed-since' | 'in-use' | 'acted-on' | 'flagged-again';
}

/** Later imports of the same departments that found rows unchanged, and so rest on this one. */
export async function laterImports(client: PoolClient, importId: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT n.import_id::int AS id FROM imports i JOIN imports n ON n.kind = i.kind AND n.import_id > i.import_id
     WHERE i.import_id = $1 AND n.finished_at IS NOT NULL AND n.undone_at IS NULL AND (n.report ->> 'unchanged')::int > 0
       AND (n.report -> 'departments') ?| ARRAY(SELECT jsonb_array_elements_text(i.report -> 'departments'))
     ORDER BY n.import_id DESC`,
    [importId],
  );
  return rows.map(({ id }) => id);
}

/** Live cases that an import asked for. `mine`: its device was last changed by that import, or by none since. */
const LIVE = `
  SELECT c.case_id, c.status, c.sequence, coalesce(d.last_import_id, 0) <= c.import_id AS mine,
    EXISTS (SELECT FROM audit_events a WHERE a.case_id = c.case_id AND a.type <> ALL ('{${UNATTENDED.join(',')}}')) AS attended
  FROM cases c JOIN devices d USING (asset_id) WHERE c.import_id = $1 AND c.status <> 'closed'`;

/** Cases to withdraw, and those that a person must look at. */
export interface CasesToUndo {
  readonly withdraw: readonly string[];
  readonly leftAlone: readonly LeftAlone[];
}

/** Sorts the live cases that an import asked for: nobody has acted on it, or somebody has. */
export async function casesToUndo(client: PoolClient, importId: number): Promise<CasesToUndo> {
  const { rows } = await client.query<{ case_id: string; mine: boolean; attended: boolean }>(
    `${LIVE} ORDER BY c.case_id`,
    [importId],
  );
  const leftAlone = rows.flatMap(({ case_id: subject, mine, attended }): LeftAlone[] =>
    attended ? [{ subject, code: 'acted-on' }] : mine ? [] : [{ subject, code: 'flagged-again' }],
  );
  return { withdraw: rows.filter(({ mine, attended }) => mine && !attended).map(({ case_id }) => case_id), leftAlone };
}

/** Forgets cases whose workflow was never started; only where no Temporal has been named. */
export async function dropUnstarted(client: PoolClient, caseIds: readonly string[]): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM cases WHERE case_id = ANY($1) AND status = 'opening' AND sequence = 0`,
    [caseIds],
  );
  return rowCount ?? 0;
}

/** Those of these cases that are not closed. */
export async function stillLive(client: PoolClient, caseIds: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ case_id: string }>(
    `SELECT case_id FROM cases WHERE case_id = ANY($1) AND status <> 'closed' ORDER BY case_id`,
    [caseIds],
  );
  return rows.map(({ case_id }) => case_id);
}

const SUPERSEDE = `
  UPDATE outbox SET state = 'superseded', settled_at = now() WHERE case_id = ANY($1) AND state = 'pending' AND kind <> 'correction'`;

const CORRECT = `
  INSERT INTO outbox (key, programme_id, case_id, contact_id, kind)
  SELECT DISTINCT 'correction/' || $2::text || '/' || o.case_id || '/' || o.contact_id, o.programme_id, o.case_id, o.contact_id, 'correction'
  FROM outbox o WHERE o.case_id = ANY($1) AND o.state IN ('claimed', 'sent') AND o.kind <> 'correction'
  ON CONFLICT (key) DO NOTHING`;

/** Stops mail about these cases that has not left, and corrects what has. @returns how many people are corrected */
export async function correctMail(client: PoolClient, importId: number, caseIds: readonly string[]): Promise<number> {
  await client.query(SUPERSEDE, [caseIds]);
  await client.query(CORRECT, [caseIds, importId]);
  const { rows } = await client.query<{ people: number }>(
    `SELECT count(DISTINCT contact_id)::int AS people FROM outbox WHERE kind = 'correction' AND case_id = ANY($1)`,
    [caseIds],
  );
  return rows[0]?.people ?? 0;
}

/** Devices to be screened anew. */
export interface RestoredDevice {
  readonly assetId: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly mac: string | null;
  readonly deviceType: string | null;
}

export async function devicesCalled(client: PoolClient, assetIds: readonly string[]): Promise<RestoredDevice[]> {
  const { rows } = await client.query<RestoredDevice>(
    `SELECT asset_id AS "assetId", make, model, mac, device_type AS "deviceType" FROM devices WHERE asset_id = ANY($1)`,
    [assetIds],
  );
  return rows;
}

/** A device's screening by the policy that rules now. */
export interface NewScreening {
  readonly asset_id: string;
  readonly screening: string;
  readonly reasons: unknown;
  readonly type_in_scope: boolean;
}

export async function setScreenings(
  client: PoolClient,
  screenings: readonly NewScreening[],
  policy: { readonly version: string; readonly classes: readonly string[] },
): Promise<void> {
  await client.query(
    `UPDATE devices d SET screening = n.screening, reasons = n.reasons, policy_version = $2,
       in_scope = n.type_in_scope AND s.sensitivity = ANY($3)
     FROM jsonb_to_recordset($1::jsonb) AS n (asset_id text, screening text, reasons jsonb, type_in_scope boolean), sites s
     WHERE d.asset_id = n.asset_id AND s.site_id = d.site_id`,
    [JSON.stringify(screenings), policy.version, policy.classes],
  );
}

/** Marks an import as undone; part of the transaction that undoes it. */
export async function markUndone(
  client: PoolClient,
  importId: number,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<void> {
  await client.query(`UPDATE imports SET undone_at = now(), undone_by = $2, undo_reason = $3 WHERE import_id = $1`, [
    importId,
    actor,
    reason,
  ]);
}

/** Keeps what came of the undoing. */
export async function keepUndoReport(client: PoolClient, importId: number, report: object): Promise<void> {
  await client.query(`UPDATE imports SET undo_report = $2 WHERE import_id = $1`, [importId, JSON.stringify(report)]);
}
