import { type PoolClient } from 'pg';

/** Which devices to look at. */
export type CaseScope = { readonly of: 'staged' } | { readonly of: 'sites'; readonly siteIds: readonly string[] };

const COLUMNS = `
  case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, import_id, policy_version`;

const NEW_ID = `'k_' || replace(gen_random_uuid()::text, '-', '')`;

const STAGED = `f.asset_id IN (SELECT asset_id FROM device_staging WHERE reject IS NULL)`;

const flagged = (where: string): string => `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, p.programme_id, f.asset_id, f.next_spell, f.previous_case_id, f.site_id, f.department_id, f.screening,
    f.network IN ('segregated', 'isolated'), $2, p.policy_version
  FROM programmes p JOIN flagged_without_case f USING (programme_id)
  WHERE p.programme_id = $1 AND ${where}
  ON CONFLICT DO NOTHING`;

/** Cases that undoing an import withdrew do not stand in the way of importing their devices again. */
const AFTER_UNDO = `
  INSERT INTO cases (${COLUMNS})
  SELECT ${NEW_ID}, c.programme_id, c.asset_id, c.spell + 1, c.case_id, d.site_id, t.department_id, d.screening,
    d.network IN ('segregated', 'isolated'), $2, p.policy_version
  FROM imports i JOIN cases c ON c.import_id = i.import_id AND c.status = 'closed' AND c.outcome = 'withdrawn'
      AND c.closed_at >= i.undone_at
    JOIN programmes p ON p.programme_id = c.programme_id
    JOIN devices d ON d.asset_id = c.asset_id JOIN sites t ON t.site_id = d.site_id
    JOIN device_staging s ON s.asset_id = c.asset_id AND s.reject IS NULL
  WHERE i.undone_at IS NOT NULL AND c.programme_id = $1
    AND d.screening <> 'clear' AND d.in_scope AND d.merged_into IS NULL
    AND NOT EXISTS (SELECT FROM cases n WHERE n.programme_id = c.programme_id AND n.asset_id = c.asset_id AND n.spell > c.spell)
  ON CONFLICT DO NOTHING`;

/**
 * Asks for a case, as `opening`, for every flagged device that no case speaks for. Whoever starts their workflows does
 * so after the transaction.
 * @returns how many were asked for
 */
export async function askForCases(
  client: PoolClient,
  programmeId: string,
  importId: number,
  scope: CaseScope,
): Promise<number> {
  switch (scope.of) {
    case 'sites': {
      const { rowCount } = await client.query(flagged('f.site_id = ANY($3)'), [programmeId, importId, scope.siteIds]);
      return rowCount ?? 0;
    }
    case 'staged': {
      const asked = await client.query(flagged(STAGED), [programmeId, importId]);
      const again = await client.query(AFTER_UNDO, [programmeId, importId]);
      return (asked.rowCount ?? 0) + (again.rowCount ?? 0);
    }
  }
}
