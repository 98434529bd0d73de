import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { importFile } from '../../../app/import/import-file';
import { type ImportReport } from '../../../app/import/report';
import { type ImportRequest, importRequest } from '../../../app/import/request';
import { undoImport, type UndoReport, type WithdrawCase } from '../../../app/import/undo-import';
import { applyPolicyFile } from '../../../app/policies';
import { openServices, type Services } from '../../../app/services';
import { loadConfig } from '../../../platform/config';
import { UK_FILE } from '../../support/policies';
import { startRegister, type TestRegister } from '../../support/stack';
import { until } from '../../support/until';

export const NOBODY = { as: null, typist: null };

/** Three departments; S-3 is out of the policy's scope. */
export const SITES = `site_id,name,department_id,department_name,nation,sensitivity
S-1,Main building,D-AG,Agriculture,England,sensitive
S-2,Annexe,D-AG,Agriculture,England,
S-3,Store,D-AG,Agriculture,England,no
T-1,Tower,D-HS,Housing,Scotland,sensitive
`;

/** A register of a test file's own, filled through the import alone. */
export class Inventory {
  private files = 0;

  private constructor(
    readonly register: TestRegister,
    readonly services: Services,
    readonly pool: Pool,
    readonly home: string,
  ) {}

  static async start(): Promise<Inventory> {
    const register = await startRegister();
    const home = mkdtempSync(join(tmpdir(), 'clearsite-import-'));
    const services = openServices(loadConfig({ CLEARSITE_HOME: home, DATABASE_URL: register.databaseUrl }));
    return new Inventory(register, services, await services.register(), home);
  }

  async stop(): Promise<void> {
    await this.services.close();
    await this.register.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Empties the register and gives it the shipped policy and {@link SITES}. */
  async reset(): Promise<void> {
    await this.pool.query(`
      TRUNCATE programmes, policies, imports, departments, sites, contacts, devices, import_changes, cases, audit_events, outbox,
        case_deltas, flow_deltas, device_deltas,
        messages, register_log RESTART IDENTITY CASCADE`);
    await applyPolicyFile(this.services, NOBODY, UK_FILE);
    await this.import(SITES, { kind: 'sites' });
  }

  /** Waits until the pool has noticed every connection that was cut: one that lay idle is noticed at its next use. */
  async reconnect(): Promise<void> {
    const everyConnection = () => Promise.all(Array.from({ length: 10 }, () => this.pool.query('SELECT 1')));
    await until(() =>
      everyConnection().then(
        () => true,
        () => false,
      ),
    );
  }

  write(content: string | Uint8Array, name = `inventory-${(this.files += 1)}.csv`): string {
    const path = join(this.home, name);
    writeFileSync(path, content);
    return path;
  }

  import(content: string | Uint8Array, options: Partial<ImportRequest> = {}): Promise<ImportReport> {
    return this.importPath(this.write(content), options);
  }

  request(path: string, options: Partial<ImportRequest> = {}): ImportRequest {
    return importRequest(path, 'devices', options);
  }

  importPath(path: string, options: Partial<ImportRequest> = {}): Promise<ImportReport> {
    return importFile(this.services, this.request(path, options));
  }

  undo(importId: number, withdraw: WithdrawCase | null = null): Promise<UndoReport> {
    return undoImport(this.services, { importId, reason: 'the wrong file', who: NOBODY }, withdraw);
  }

  async rows<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, parameters)).rows;
  }

  /** Devices by asset id, without what every import may set. */
  devices(): Promise<Record<string, unknown>[]> {
    return this.rows(`
      SELECT asset_id, make, model, serial, mac, ip, site_id, device_type, network, parent_asset_id, installed_on::text, scheduled_upgrade_on::text,
        screening, in_scope FROM devices ORDER BY asset_id`);
  }

  /** Cases by asset and spell, without their random ids. */
  cases(): Promise<Record<string, unknown>[]> {
    return this.rows(`
      SELECT asset_id, spell, finding, off_core, status, outcome, site_id, department_id, import_id::int, previous_case_id IS NOT NULL AS follows
      FROM cases ORDER BY asset_id, spell`);
  }

  /** Everything that an import may write, to be compared whole. */
  async everything(): Promise<unknown> {
    const tables = ['departments', 'sites', 'contacts', 'devices', 'cases', 'import_changes', 'outbox', 'imports'];
    const dumps = await Promise.all(
      tables.map((table) => this.rows(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`)),
    );
    return Object.fromEntries(tables.map((table, index) => [table, dumps[index]]));
  }

  /** Closes a case as `record` would. */
  async close(assetId: string, outcome: string): Promise<void> {
    await this.pool.query(
      `UPDATE cases SET status = 'closed', stage = 'closed', outcome = $2, closed_at = now() WHERE asset_id = $1 AND status <> 'closed'`,
      [assetId, outcome],
    );
    if (outcome !== 'not-covered') return;
    await this.pool.query(
      `UPDATE devices SET cleared_fingerprint = device_fingerprint(make, model, mac, policy_version) WHERE asset_id = $1`,
      [assetId],
    );
  }
}
