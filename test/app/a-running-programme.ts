import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { actOnCase, type ActionAnswer, type SendOptions } from '../../app/cases/act-on-case';
import { parseAction } from '../../app/cases/action-input';
import { showCase, type ShownCase } from '../../app/cases/show';
import { importFile } from '../../app/import/import-file';
import { importRequest } from '../../app/import/request';
import { openAfterImport, type Opening } from '../../app/import/open-after-import';
import { openCases } from '../../app/open-cases';
import { applyPolicyFile } from '../../app/policies';
import { replanMarked, type Replanned } from '../../app/replan';
import { openServices, type Services } from '../../app/services';
import { startProgramme } from '../../app/programme';
import { type Kind } from '../../importers/columns';
import { type CaseWorker, startCaseWorker } from '../support/case-worker';
import { startStack, type TestStack } from '../support/stack';
import { UK_TEXT } from '../support/policies';
import { until } from '../support/until';

export const MANAGER = 'mara@programme.example';
export const SRO = 'sam@programme.example';
export const OWNER = 'olive@ag.example';
export const OFFICER = 'otto@ag.example';
export const HEAD = 'hanna@ag.example';

const CONTACTS = `department_id,role,name,email
D-AG,task-owner,Olive Owner,${OWNER}
D-AG,security-officer,Otto Officer,${OFFICER}
D-AG,head,Hanna Head,${HEAD}
,programme-manager,Mara Manager,${MANAGER}
,sro,Sam Sro,${SRO}
`;
const SITES = `site_id,name,department_id,nation,sensitivity
S-1,Main building,D-AG,England,sensitive
S-2,Annexe,D-AG,England,sensitive
S-3,Tower,D-AG,Scotland,unassessed
`;

/** So many days from today, as a date. */
export function on(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** A mail row of the outbox. */
export interface MailRow {
  readonly kind: string;
  readonly contact: string;
  readonly stage: string | null;
  readonly state: string;
  readonly due: string | null;
}

/** A programme of a test file's own that runs, filled as people fill it: policy, sites, contacts and devices from files. */
export class RunningProgramme {
  #files = 0;
  #devices = 0;
  #policies = 0;

  private constructor(
    readonly stack: TestStack,
    readonly pool: Pool,
    readonly services: Services,
    private worker: CaseWorker,
  ) {}

  /** @param policy the policy file's text */
  static async start(policy: string): Promise<RunningProgramme> {
    const stack = await startStack();
    const pool = new Pool({ connectionString: stack.databaseUrl });
    const services = openServices(stack.config);
    const made = new RunningProgramme(stack, pool, services, await startCaseWorker(stack, pool));
    await made.apply(policy);
    await made.bring('sites', SITES);
    await made.bring('contacts', CONTACTS);
    await startProgramme(services, { as: null, typist: null });
    return made;
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.services.close();
    await this.pool.end();
    await this.stack.stop();
  }

  /** Imports a file of these lines and does nothing more. @param typist an e-mail address; null = ops */
  async bring(kind: Kind, text: string, typist: string | null = null): Promise<void> {
    const path = join(this.stack.home, `${kind}-${++this.#files}.csv`);
    writeFileSync(path, text);
    const report = await importFile(this.services, importRequest(path, kind, { who: { as: null, typist } }));
    if (report.rejected > 0) throw new Error(`rejected: ${JSON.stringify(report)}`);
  }

  /** Imports devices with their next upgrades, as `clearsite import` does: cases open and dates follow. */
  async upgrades(
    dates: Readonly<Record<string, string>>,
    typist: string | null = null,
    site = 'S-1',
  ): Promise<Opening> {
    const lines = Object.entries(dates).map(([id, date]) => `${id},Hikvision,${site},${date}\n`);
    await this.bring('devices', `asset_id,make,site_id,scheduled_upgrade_on\n${lines.join('')}`, typist);
    return openAfterImport(this.services, () => undefined);
  }

  /** Names for new devices. */
  names(count: number): string[] {
    return Array.from({ length: count }, () => `CAM-${++this.#devices}`);
  }

  /** Devices with open cases. @returns asset ids */
  async devices(count: number, upgradeOn = '', site = 'S-1'): Promise<string[]> {
    const ids = this.names(count);
    await this.upgrades(Object.fromEntries(ids.map((id) => [id, upgradeOn])), null, site);
    await this.opened(ids);
    return ids;
  }

  async opened(ids: readonly string[]): Promise<void> {
    await until(async () => {
      const open = `SELECT FROM cases WHERE asset_id = ANY($1) AND status = 'open'`;
      return (await this.pool.query(open, [ids])).rowCount === ids.length;
    });
  }

  async device(upgradeOn = '', site = 'S-1'): Promise<string> {
    return (await this.devices(1, upgradeOn, site))[0]!;
  }

  /** Makes a policy the one in force, under a version of its own, and marks the cases. */
  async apply(text: string): Promise<number> {
    const path = join(this.stack.home, 'policy.yaml');
    writeFileSync(path, text.replace(/^version: .*$/m, `version: 'test-${++this.#policies}'`));
    return (await applyPolicyFile(this.services, { as: null, typist: null }, path)).casesReplanning;
  }

  replan(): Promise<Replanned> {
    return replanMarked(this.services);
  }

  open(): Promise<number> {
    return openCases(this.services);
  }

  /** Somebody acts under their own name, or typed by another. */
  async act(
    typist: string | null,
    id: string,
    name: string,
    options: object = {},
    send: Partial<SendOptions & { as: string }> = {},
  ): Promise<ActionAnswer> {
    const { as = null, ...how } = send;
    const input = parseAction(name, { ...options });
    return actOnCase(this.services, id, input, { as, typist }, { commandId: null, expectedRevision: null, ...how });
  }

  show(id: string): Promise<ShownCase> {
    return showCase(this.services, id, new Date().toISOString());
  }

  /** Due date of a stage, its rule, and the first one. */
  async dueOf(id: string, stage: string): Promise<{ due: string; rule: string; baseline: string }> {
    const found = (await this.show(id)).milestones.find((one) => one.stage === stage)!;
    return { due: found.due!, rule: found.rule!, baseline: found.baseline! };
  }

  /** What was written, or is to be written, to whom about a case; the posts, not the ids. */
  async mail(id: string, kinds: readonly string[] = []): Promise<MailRow[]> {
    const { rows } = await this.pool.query<MailRow>(
      `SELECT o.kind, p.role AS contact, o.stage, o.state, to_char(o.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS due
       FROM outbox o JOIN cases c USING (case_id) JOIN contacts p ON p.contact_id = o.contact_id
       WHERE c.asset_id = $1 AND (cardinality($2::text[]) = 0 OR o.kind = ANY($2)) ORDER BY o.created_at, o.kind, array_position(ARRAY['task-owner', 'security-officer', 'head', 'programme-manager', 'sro'], p.role)`,
      [id, kinds],
    );
    return rows;
  }

  /** Types of a case's events from the given one on. */
  async trail(id: string): Promise<string[]> {
    return (await this.show(id)).audit.map(({ type }) => type);
  }

  async stopWorker(): Promise<void> {
    await this.worker.stop();
  }

  async startWorker(): Promise<void> {
    this.worker = await startCaseWorker(this.stack, this.pool);
  }
}

/** The shipped policy without removal dates, so that budgets and upgrades alone rule. */
export const POLICY = UK_TEXT.replace(/removalDate: \d{4}-\d{2}-\d{2}/g, 'removalDate: null');
