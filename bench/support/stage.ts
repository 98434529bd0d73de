import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile } from '../../app/import/import-file';
import { importRequest } from '../../app/import/request';
import { applyPolicyFile } from '../../app/policies';
import { prepare } from '../../app/prepare';
import { openServices, type Services } from '../../app/services';
import { type Kind } from '../../importers/columns';
import { type Config } from '../../platform/config';
import { type Installation, startInstallation } from '../../platform/embedded/installation';
import { packageRoot } from '../../platform/paths';

/** A home of a benchmark's own: the real servers, the shipped policy, one department with one sensitive site. */
export interface Stage {
  readonly config: Config;
  readonly services: Services;
  readonly installation: Installation;
  /** Imports so many covered devices, whose ids begin with `prefix`; their cases are `opening`. */
  addDevices(prefix: string, count: number): Promise<void>;
  /** Stops everything and removes the home. */
  stop(): Promise<void>;
}

const SITES =
  'site_id,name,department_id,nation,sensitivity,controlled_by,access_lead_days\nS1,Bench House,D1,england-and-wales,sensitive,department,5\n';
const CONTACTS =
  'department_id,role,name,email\nD1,task-owner,Olive Owner,owner@bench.example\nD1,security-officer,Otto Officer,officer@bench.example\n,programme-manager,Mara Manager,manager@bench.example\n';

/** Starts the stage; a message to stderr says what is being done. */
export async function setStage(): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-bench-'));
  // PostgreSQL runs as another user where we are root, and has to reach it.
  chmodSync(home, 0o711);
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _temporal, SMTP_URL: _smtp, ...environment } = process.env;
  const installation = await startInstallation({
    home,
    environment: { ...environment, CLEARSITE_HOME: home },
    log,
    signal: new AbortController().signal,
    webUrl: 'http://127.0.0.1:3000',
    moved: () => undefined,
  });
  const config = installation.publish();
  await prepare(config);
  const services = openServices(config);
  const who = { as: null, typist: null };
  await applyPolicyFile(services, who, join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml'));
  const bring = async (kind: Kind, text: string): Promise<void> => {
    const path = join(home, `${kind}.csv`);
    writeFileSync(path, text);
    await importFile(services, importRequest(path, kind));
  };
  await bring('sites', SITES);
  await bring('contacts', CONTACTS);
  return {
    config,
    services,
    installation,
    addDevices: (prefix, count) =>
      bring(
        'devices',
        `asset_id,make,site_id,device_type,network\n${Array.from({ length: count }, (_, i) => `${prefix}-${i},Hikvision,S1,camera,core\n`).join('')}`,
      ),
    async stop() {
      await services.close();
      await installation.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
