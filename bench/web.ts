import autocannon from 'autocannon';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { startSession } from '../app/access/sessions';
import { grantRole } from '../app/access/users';
import { type Services, withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { startPostgres } from '../platform/embedded/postgres';
import { migrate } from '../register/migrate';
import { fillLargeProgramme } from './support/large-programme';
import { KEEP, type Told } from './support/web-server';

/**
 * Pages under concurrent readers: `npm run build && node dist/bench/web.js [devices] [sites] [readers] [seconds] [rounds]`.
 * Each page is read by so many at once, and in turns with it the same template with the same rows from the memory of the
 * same server. The median of the rounds' ratios of the 95th percentiles counts. Server, PostgreSQL and readers share the
 * machine. Exit code 1 where a ratio or the server's memory is beyond its limit.
 */
const [DEVICES, SITES, READERS, SECONDS, ROUNDS] = [2, 3, 4, 5, 6].map((at, index) =>
  Number(process.argv[at] ?? [100_000, 2_000, 50, 3, 3][index]),
) as [number, number, number, number, number];
const SETTLE = 500;
const MOST_TIMES = 3;
const MOST_BYTES = 400 * 1024 * 1024;

const READER = {
  manager: 'manager@bench.example',
  officer: 'security-officer@d-0.example',
  admin: 'admin@bench.example',
} as const;
type Reader = keyof typeof READER;
const ADMIN = { email: READER.admin, name: 'Ada Admin', role: 'admin', departmentId: null } as const;

interface MeasuredPage {
  readonly path: string;
  readonly as: Reader;
}

interface Ids {
  readonly caseId: string;
  readonly siteId: string;
  readonly assetId: string;
  readonly requestId: string;
}

/** A case of the officer's department, its site, and a request that waits for a decision. */
async function idsOf(pool: Pool): Promise<Ids> {
  const { rows: cases } = await pool.query<Omit<Ids, 'requestId'>>(
    `SELECT case_id AS "caseId", site_id AS "siteId", asset_id AS "assetId" FROM cases
     WHERE department_id = 'D-0' AND status = 'open' AND stage = 'assess' ORDER BY sequence DESC, case_id LIMIT 1`,
  );
  const { rows: requests } = await pool.query<Pick<Ids, 'requestId'>>(
    `SELECT request_id AS "requestId" FROM case_requests WHERE state = 'pending' ORDER BY request_id LIMIT 1`,
  );
  if (cases[0] === undefined || requests[0] === undefined)
    throw new Error('the programme is too small: give it more devices');
  return { ...cases[0], ...requests[0] };
}

/** Every page that shows something of the register; ids are of a case and a site that have much to show. */
function pagesOf({ caseId, siteId, assetId, requestId }: Ids): readonly MeasuredPage[] {
  const manager = [
    '/dashboard',
    '/dashboard/compare',
    '/dashboard/list?figure=remaining',
    '/cases',
    '/cases?rag=red',
    '/cases?stage=remove&page=2',
    `/cases/${caseId}`,
    `/cases/${caseId}/actions/withdraw`,
    '/devices',
    `/devices/${assetId}`,
    '/sites',
    `/sites/${siteId}`,
    `/sites/${siteId}/assessment`,
    '/departments',
    '/departments/D-0',
    '/decisions',
    '/decisions/answered',
    `/decisions/${requestId}`,
    '/access-log',
    '/check',
    '/checks?whose=all',
    '/account',
  ];
  const department = [
    '/dashboard',
    '/tasks',
    `/tasks/${siteId}/assess`,
    '/cases',
    '/devices',
    '/sites',
    '/departments/D-0',
    '/check',
    '/checks',
  ];
  return [
    ...manager.map((path) => ({ path, as: 'manager' as const })),
    ...department.map((path) => ({ path, as: 'officer' as const })),
    { path: '/users', as: 'admin' },
  ];
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.floor(sorted.length * part)] ?? NaN;

interface Readings {
  readonly p95: number;
  readonly perSecond: number;
  readonly wrong: number;
}

/** Milliseconds of so many readers at once over some seconds. */
async function read(url: string, cookie: string): Promise<Readings> {
  const took: number[] = [];
  const result = await new Promise<{ errors: number; timeouts: number; non2xx: number }>((resolve, reject) => {
    const done = (error: Error | null, end: { errors: number; timeouts: number; non2xx: number }): void =>
      error === null ? resolve(end) : reject(error);
    const cannon = autocannon({ url, connections: READERS, duration: SECONDS, headers: { cookie } }, done);
    cannon.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) => took.push(ms));
  });
  // The readers are gone, what they asked for last is still being made.
  await delay(SETTLE);
  took.sort((a, b) => a - b);
  const { errors, timeouts, non2xx } = result;
  return { p95: quantile(took, 0.95), perSecond: took.length / SECONDS, wrong: errors + timeouts + non2xx };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function told(server: ChildProcess): Promise<Told> {
  return ((await once(server, 'message')) as [Told])[0];
}

async function signIn(services: Services, as: Reader): Promise<string> {
  const session = await startSession(services, READER[as], 'code', new Date().toISOString());
  if (session === null) throw new Error(`${READER[as]} is nobody in this register`);
  return `session=${session.token}`;
}

async function measure(url: string, cookie: string, { path, as }: MeasuredPage, number: number): Promise<boolean> {
  const first = await fetch(new URL(path, url), { headers: { cookie, [KEEP]: String(number) }, redirect: 'manual' });
  const bytes = (await first.arrayBuffer()).byteLength;
  const name = `${path} (${as})`.padEnd(44);
  if (first.status !== 200) {
    console.log(`${name} not measured: it answers ${first.status}`);
    return false;
  }
  const ratios: number[] = [];
  const ours: number[] = [];
  const memories: number[] = [];
  let wrong = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const memory = await read(`${url}/bench/memory/${number}`, cookie);
    const page = await read(new URL(path, url).href, cookie);
    ratios.push(page.p95 / memory.p95);
    ours.push(page.p95);
    memories.push(memory.p95);
    wrong += page.wrong + memory.wrong;
  }
  const ratio = median(ratios);
  const verdict = ratio <= MOST_TIMES && wrong === 0 ? '' : '  TOO MUCH';
  console.log(
    `${name} p95 ${median(ours).toFixed(0)} ms, from memory ${median(memories).toFixed(0)} ms, ratio ${ratio.toFixed(2)}; ${Math.round(bytes / 1024)} KB; ${wrong} wrong${verdict}`,
  );
  return verdict === '';
}

/** Lets the server answer what it was asked, and end. */
async function ended(server: ChildProcess | null): Promise<void> {
  if (server === null || server.exitCode !== null) return;
  const exit = once(server, 'exit');
  server.disconnect();
  await exit;
}

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-bench-'));
  // PostgreSQL runs as another user where we are root, and has to reach it.
  chmodSync(home, 0o711);
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const postgres = await startPostgres({ home, log: note });
  const environment = { CLEARSITE_HOME: home, DATABASE_URL: postgres.url, PUBLIC_URL: 'http://127.0.0.1' };
  let server: ChildProcess | null = null;
  try {
    await migrate(postgres.url);
    await withServices(loadConfig(environment), async (services) => {
      const began = performance.now();
      const { cases } = await fillLargeProgramme(services, home, { devices: DEVICES, sites: SITES });
      note(
        `${DEVICES} devices on ${SITES} sites, ${cases} cases: filled in ${((performance.now() - began) / 1000).toFixed(0)} s`,
      );
      const pages = pagesOf(await idsOf(await services.register()));
      await grantRole(services, ADMIN, { as: null, typist: null }, new Date().toISOString());
      server = fork(join(__dirname, 'support', 'web-server.js'), {
        env: { ...process.env, ...environment, NODE_ENV: 'production' },
      });
      const start = await told(server);
      if (!('url' in start)) throw new Error('the server did not say where it is');
      const cookies = {
        manager: await signIn(services, 'manager'),
        officer: await signIn(services, 'officer'),
        admin: await signIn(services, 'admin'),
      };
      let fine = true;
      for (const [number, page] of pages.entries())
        fine = (await measure(start.url, cookies[page.as], page, number)) && fine;
      server.send('peak');
      const end = await told(server);
      const peak = 'peakRss' in end ? end.peakRss : NaN;
      console.log(`${READERS} readers at once; the server's memory at its peak: ${Math.round(peak / 1024 / 1024)} MB`);
      if (!fine || !(peak <= MOST_BYTES)) process.exitCode = 1;
    });
  } finally {
    await ended(server);
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

void main();
