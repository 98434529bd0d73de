import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { importFile } from '../app/import/import-file';
import { importRequest } from '../app/import/request';
import { applyPolicyFile } from '../app/policies';
import { withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { startPostgres } from '../platform/embedded/postgres';
import { packageRoot } from '../platform/paths';
import { migrate } from '../register/migrate';
import { MAKES, sitesFile, writeInventory } from './support/inventory-file';
import { plainImport, type Times } from './support/plain-import';

/**
 * Import of devices with screening: `npm run build && node dist/bench/import.js [rows] [rounds]`.
 * Each run is a process of its own on a fresh database: ours, and the same pipeline without normalising and screening
 * (csv-parse arrays, COPY, the same merge, tables and indexes). Rounds take turns; the medians of the ratios count.
 */
const ROWS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const WHO = { as: null, typist: null };
const RSS_LIMIT = 512;

interface Measured extends Times {
  /** Largest resident set of the importing process, in MB. */
  readonly rss: number;
  /** Processor time of the importing process, in seconds: steadier than the clock on a busy machine. */
  readonly cpu: number;
}

/** In a child process: one import, by either pipeline. */
async function measure(pipeline: string, path: string): Promise<Measured> {
  return withServices(loadConfig(), async (services) => {
    const pool = await services.register();
    let times: Times;
    if (pipeline === 'plain') times = await plainImport(pool, path, MAKES);
    else {
      const began = performance.now();
      let staged = 0;
      const { accepted } = await importFile(services, importRequest(path, 'devices'), ({ phase }) => {
        if (phase === 'checking') staged = performance.now() - began;
      });
      if (accepted !== ROWS) throw new Error(`${accepted} of ${ROWS} rows were accepted`);
      times = { staged, whole: performance.now() - began };
    }
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    return { ...times, rss: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 };
  });
}

function runChild(pipeline: string, path: string, environment: Readonly<Record<string, string>>): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, [String(ROWS), String(ROUNDS), pipeline, path], {
      env: { ...process.env, ...environment },
    });
    child.once('message', (message) => resolve(message as Measured));
    child.once('exit', (code) => reject(new Error(`the ${pipeline} import ended with ${code}`)));
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const perSecond = (milliseconds: number): string =>
  `${Math.round((ROWS * 1000) / milliseconds).toLocaleString('en-GB')} rows/s`;

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-bench-'));
  // PostgreSQL runs as another user where we are root, and has to reach it.
  chmodSync(home, 0o711);
  const postgres = await startPostgres({ home, log: (line) => void process.stderr.write(`${line}\n`) });
  const urlOf = (database: string): string =>
    Object.assign(new URL(postgres.url), { pathname: `/${database}` }).toString();
  const administer = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  try {
    const path = join(home, 'inventory.csv');
    await writeInventory(path, ROWS);
    await migrate(postgres.url);
    await withServices(loadConfig({ CLEARSITE_HOME: home, DATABASE_URL: postgres.url }), async (services) => {
      await applyPolicyFile(services, WHO, join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml'));
      const sites = join(home, 'sites.csv');
      writeFileSync(sites, sitesFile());
      await importFile(services, importRequest(sites, 'sites'));
    });
    const once = async (pipeline: string): Promise<Measured> => {
      await administer('CREATE DATABASE run TEMPLATE clearsite STRATEGY file_copy');
      await administer('CHECKPOINT');
      try {
        return await runChild(pipeline, path, { CLEARSITE_HOME: home, DATABASE_URL: urlOf('run') });
      } finally {
        await administer('DROP DATABASE run WITH (FORCE)');
      }
    };
    const ratios: { staged: number; whole: number }[] = [];
    let rss = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const plain = await once('plain');
      const ours = await once('ours');
      rss = Math.max(rss, ours.rss);
      ratios.push({ staged: plain.staged / ours.staged, whole: plain.whole / ours.whole });
      console.log(
        `round ${round}: to the end of staging ${perSecond(ours.staged)} of ${perSecond(plain.staged)}, whole ${perSecond(ours.whole)} of ${perSecond(plain.whole)}, ${ours.rss.toFixed(0)} MB, processor ${ours.cpu.toFixed(1)} s of ${plain.cpu.toFixed(1)} s`,
      );
    }
    const [staged, whole] = [median(ratios.map((ratio) => ratio.staged)), median(ratios.map((ratio) => ratio.whole))];
    console.log(`staging / csv-parse (arrays) + COPY: median ratio ${staged.toFixed(2)} (must reach 0.50)`);
    console.log(
      `whole import / the same without normalising and screening: median ratio ${whole.toFixed(2)} (must reach 0.50)`,
    );
    console.log(`peak resident set of the importing process: ${rss.toFixed(0)} MB (at most ${RSS_LIMIT})`);
    if (staged < 0.5 || whole < 0.5 || rss > RSS_LIMIT) process.exitCode = 1;
  } finally {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const [pipeline, path] = process.argv.slice(4);
if (pipeline === undefined || path === undefined) void main();
else void measure(pipeline, path).then((measured) => process.send?.(measured));
