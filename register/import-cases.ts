import { type PoolClient } from 'pg';

/** Which devices to look at. */
export type CaseScope =
  | { readonly of: 'staged' }
  | { readonly of: 'sites'; readonly siteIds: readonly string[] }
  | { readonly of: 'devices'; readonly assetIds: readonly string[] };

const COLUMNS = `
  case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, import_id, policy_version, origin`;

const NEW_ID = `'k_' || replace(gen_random_uuid()::text, '-', '')`;

/** The register had the devices before: a site was assessed, or a policy was applied. */
const among = (column: 'site_id' | 'asset_id'): string => `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, p.programme_id, f.asset_id, f.next_spell, f.previous_case_id, f.site_id, f.department_id, f.screening,
    f.network IN ('segregated', 'isolated'), $2, p.policy_version,
    CASE WHEN f.previous_case_id IS NULL THEN 'scope' ELSE 'reopened' END
  FROM programmes p JOIN flagged_without_case f USING (programme_id)
  WHERE p.programme_id = $1 AND f.${column} = ANY($3)
  ON CONFLICT DO NOTHING`;

/** Flagged devices of the staged lines, joined to what a case copies from them. */
const STAGED = `
  device_staging g JOIN devices d ON d.asset_id = g.asset_id JOIN sites t ON t.site_id = d.site_id
  JOIN programmes p ON p.programme_id = $1`;

const IS_FLAGGED = `g.reject IS NULL AND d.screening <> 'clear' AND d.in_scope AND d.merged_into IS NULL`;

const fromDevice = (origin: 'found' | 'reopened'): string =>
  `d.site_id, t.department_id, d.screening, d.network IN ('segregated', 'isolated'), $2, p.policy_version, '${origin}'`;

/**
 * The rule of the view flagged_without_case, in two parts that a million staged lines can be joined to: no case at all,
 * or a clearance that has lapsed.
 */
const NEVER_FLAGGED = `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, p.programme_id, d.asset_id, 1, NULL, ${fromDevice('found')}
  FROM ${STAGED}
  WHERE ${IS_FLAGGED} AND NOT EXISTS (SELECT FROM cases c WHERE c.programme_id = $1 AND c.asset_id = d.asset_id)
  ON CONFLICT DO NOTHING`;

const CLEARANCE_LAPSED = `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, p.programme_id, d.asset_id, c.spell + 1, c.case_id, ${fromDevice('reopened')}
  FROM ${STAGED} JOIN cases c ON c.programme_id = p.programme_id AND c.asset_id = d.asset_id
    AND c.status = 'closed' AND c.outcome = 'not-covered'
  WHERE ${IS_FLAGGED}
    AND d.cleared_fingerprint IS DISTINCT FROM device_fingerprint(d.make, d.model, d.mac, d.policy_version)
    AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = $1 AND n.asset_id = c.asset_id AND n.spell > c.spell)
  ON CONFLICT DO NOTHING`;

/** Cases that undoing an import withdrew do not stand in the way of importing their devices again. */
const AFTER_UNDO = `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, p.programme_id, d.asset_id, c.spell + 1, c.case_id, ${fromDevice('found')}
  FROM ${STAGED} JOIN cases c ON c.programme_id = p.programme_id AND c.asset_id = d.asset_id
    AND c.status = 'closed' AND c.outcome = 'withdrawn'
    JOIN imports i ON i.import_id = c.import_id AND i.undone_at <= c.closed_at
  WHERE ${IS_FLAGGED}
    AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = $1 AND n.asset_id = c.asset_id AND n.spell > c.spell)
  ON CONFLICT DO NOTHING`;

/**
 * Asks for a case, as `opening`, for every flagged device that no case speaks for. Whoever starts their workflows does
 * so after the transaction.
 * @param importId the import that flagged them; null = no import did
 * @returns how many were asked for
 */
export async function askForCases(
  client: PoolClient,
  programmeId: string,
  importId: number | null,
  scope: CaseScope,
): Promise<number> {
  const ask = async (sql: string, ...more: unknown[]): Promise<number> =>
    (await client.query(sql, [programmeId, importId, ...more])).rowCount ?? 0;
  switch (scope.of) {
    case 'sites':
      return ask(among('site_id'), scope.siteIds);
    case 'devices':
      return ask(among('asset_id'), scope.assetIds);
    case 'staged':
      return (await ask(NEVER_FLAGGED)) + (await ask(CLEARANCE_LAPSED)) + (await ask(AFTER_UNDO));
  }
}
