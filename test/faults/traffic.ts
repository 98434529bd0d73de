import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendCommand } from '../../app/act';
import { importFile } from '../../app/import/import-file';
import { importRequest } from '../../app/import/request';
import { openCases } from '../../app/open-cases';
import { openServices, type Services } from '../../app/services';
import { type Command, type CommandBody } from '../../domain/lifecycle';
import { type Stage } from '../../domain/vocabulary';
import { loadConfig } from '../../platform/config';
import { command, DO, OFFICER, OWNER, person } from '../support/a-case';

/** Numbers from a seed, so that a failed run can be had again. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An attempt that hangs, because what it waits for was killed, is given up like one that fails. */
const PATIENCE_MS = 20_000;
const DEVICES_A_FILE = 8;
/** New files in a spell of traffic. */
const FILES = 8;
interface OpenCase {
  readonly case_id: string;
  readonly stage: Stage;
}

/** People and programs at work on an installation whose parts are being killed: importing, opening, acting. */
export class Traffic {
  #stopped = false;
  #files: number;
  readonly #last: number;
  /** Files whose import has not been answered: to be imported again, as a person would. */
  readonly #unfinished = new Set<string>();
  /** Commands that were sent and not answered: nobody knows whether they were accepted. */
  readonly #unanswered: { readonly caseId: string; readonly command: Command }[] = [];
  /** Commands that were answered: accepted and recorded. */
  readonly answered: { readonly caseId: string; readonly commandId: string; readonly sequence: number }[] = [];
  readonly failures: string[] = [];

  constructor(
    readonly home: string,
    private readonly random: () => number,
    files = 0,
  ) {
    this.#files = files;
    this.#last = files + FILES;
  }

  /** The same installation, another spell of work on it. */
  next(): Traffic {
    return new Traffic(this.home, this.random, this.#files);
  }

  /** Goes on until {@link stop}. */
  async run(): Promise<void> {
    const forever = async (work: () => Promise<void>): Promise<void> => {
      while (!this.#stopped) await this.#attempt(work);
    };
    await Promise.all([forever(() => this.importSome()), ...[1, 2, 3].map(() => forever(() => this.actOnce()))]);
  }

  stop(): void {
    this.#stopped = true;
  }

  get devices(): number {
    return this.#files * DEVICES_A_FILE;
  }

  async withServices<T>(body: (services: Services) => Promise<T>): Promise<T> {
    // Opened anew each time: what was killed may be back elsewhere.
    const services = openServices(loadConfig({ CLEARSITE_HOME: this.home }));
    try {
      return await body(services);
    } finally {
      await services.close();
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
    });
    try {
      await Promise.race([work(), patience]);
    } catch (error) {
      this.failures.push(String(error));
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      clearTimeout(timer);
    }
  }

  /** As long as there is something to import; the rest of the time goes to opening what waits. */
  async importSome(): Promise<void> {
    if (this.#unfinished.size > 0 || this.#files < this.#last) return this.importOne();
    await this.withServices((services) => openCases(services));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }

  /** Writes a file of new devices and imports it, or one whose import was interrupted. */
  async importOne(): Promise<void> {
    const [again] = this.#unfinished;
    const path = again !== undefined && (this.#files >= this.#last || this.random() < 0.5) ? again : this.#newFile();
    this.#unfinished.add(path);
    await this.withServices(async (services) => {
      await importFile(services, importRequest(path, 'devices', { format: 'csv' }));
      await openCases(services);
      this.#unfinished.delete(path);
    });
  }

  /** Imports what was never answered. */
  async finish(): Promise<void> {
    for (const path of this.#unfinished)
      await this.withServices((services) => importFile(services, importRequest(path, 'devices', { format: 'csv' })));
    this.#unfinished.clear();
  }

  /** Sites and contacts: once, before anything is killed. */
  async settle(): Promise<void> {
    const sites = this.#write('sites.csv', [
      'site_id,name,department_id,nation,sensitivity',
      'S-1,One,D-1,scotland,sensitive',
    ]);
    await this.withServices((services) => importFile(services, importRequest(sites, 'sites', { format: 'csv' })));
  }

  #newFile(): string {
    this.#files += 1;
    const rows = Array.from(
      { length: DEVICES_A_FILE },
      (_, row) => `CAM-${this.#files}-${row},Hikvision,S-1,camera,core`,
    );
    return this.#write(`devices-${this.#files}.csv`, ['asset_id,make,site_id,device_type,network', ...rows]);
  }

  #write(name: string, lines: readonly string[]): string {
    const path = join(this.home, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  async actOnce(): Promise<void> {
    const repeated = this.#unanswered.length > 0 && this.random() < 0.3 ? this.#unanswered.shift() : undefined;
    await this.withServices(async (services) => {
      const next = repeated ?? (await this.#nextCommand(services));
      if (next === null) return;
      const { caseId, command: asked } = next;
      try {
        const { sequence } = await sendCommand(await services.temporal(), caseId, asked);
        this.answered.push({ caseId, commandId: asked.commandId, sequence });
      } catch (error) {
        this.#unanswered.push(next);
        throw error;
      }
    });
  }

  async #nextCommand(services: Services): Promise<{ caseId: string; command: Command } | null> {
    const pool = await services.register();
    const { rows } = await pool.query<OpenCase>(
      `SELECT case_id, stage FROM cases WHERE status = 'open' ORDER BY md5(case_id || $1) LIMIT 1`,
      [String(this.random())],
    );
    const [found] = rows;
    if (found === undefined) return null;
    const { body, by } = this.#step(found.stage);
    return { caseId: found.case_id, command: command(body, { by, commandId: randomUUID() }) };
  }

  #step(stage: Stage): { body: CommandBody; by: typeof OWNER } {
    const pick = this.random();
    if (pick < 0.3) return { body: DO.submit, by: OWNER };
    switch (stage) {
      case 'assess':
        return { body: pick < 0.4 ? DO.alreadyRemoved : DO.covered, by: OWNER };
      case 'disconnect':
      case 'schedule':
        return { body: pick < 0.65 ? DO.disconnect : DO.book, by: OWNER };
      case 'remove':
        return { body: DO.remove, by: OWNER };
      case 'verify':
      case 'closed':
        return { body: DO.verify, by: pick < 0.9 ? OFFICER : person('c_other', 'security-officer') };
    }
  }
}
