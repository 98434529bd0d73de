import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { type Pool } from 'pg';
import { SMTPServer } from 'smtp-server';
import { deliverMail } from '../app/mail/deliver';
import { applyPolicyFile } from '../app/policies';
import { withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { startPostgres } from '../platform/embedded/postgres';
import { packageRoot } from '../platform/paths';
import { migrate } from '../register/migrate';
import { MORNING, seedMorning, seedNotices } from './support/morning';

/**
 * A morning on which 10,000 cases want 300 people to be written to: `npm run build && node dist/bench/morning.js [cases]
 * [people] [rounds]`. From notices in the register to messages that a local SMTP server has taken, and in the same run a
 * plain loop of nodemailer's pool over the same bytes, prepared. Rounds take turns; the median of the ratios counts.
 */
const [CASES, PEOPLE, ROUNDS] = [2, 3, 4].map((at, index) => Number(process.argv[at] ?? [10_000, 300, 5][index])) as [
  number,
  number,
  number,
];
const CONNECTIONS = 5;
/** Seconds that the whole morning may take. */
const LIMIT = 300;

/** A server that takes everything and keeps count. */
async function openServer(): Promise<{ port: number; taken: () => number; close: () => Promise<void> }> {
  let taken = 0;
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData: (stream, _session, callback) => {
      stream.on('end', () => {
        taken += 1;
        callback();
      });
      stream.resume();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken: () => taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

interface Prepared {
  readonly address: string;
  readonly body: Buffer;
}

async function plainLoop(port: number, messages: readonly Prepared[]): Promise<void> {
  const transport = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    maxConnections: CONNECTIONS,
    maxMessages: 50,
    allowInternalNetworkInterfaces: true,
  });
  const from = 'clearsite@programme.example';
  await Promise.all(
    messages.map(({ address, body }) => transport.sendMail({ raw: body, envelope: { from, to: [address] } })),
  );
  transport.close();
}

/** Waiting notices again, as on the morning. */
async function again(pool: Pool, programmeId: string): Promise<void> {
  await pool.query('TRUNCATE outbox, messages CASCADE');
  await seedNotices(pool, CASES, PEOPLE, programmeId);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'clearsite-bench-'));
  // PostgreSQL runs as another user where we are root, and has to reach it.
  chmodSync(home, 0o711);
  const postgres = await startPostgres({ home, log: (line) => void process.stderr.write(`${line}\n`) });
  const server = await openServer();
  const environment = {
    CLEARSITE_HOME: home,
    DATABASE_URL: postgres.url,
    SMTP_URL: `smtp://127.0.0.1:${server.port}?rate=1000&connections=${CONNECTIONS}`,
    MAIL_FROM: 'clearsite@programme.example',
  };
  try {
    await migrate(postgres.url);
    await withServices(loadConfig(environment), async (services) => {
      const who = { as: null, typist: null };
      await applyPolicyFile(services, who, join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml'));
      const pool = await services.register();
      const { rows } = await pool.query<{ id: string }>(
        `UPDATE programmes SET started_at = '2026-11-01' RETURNING programme_id AS id`,
      );
      const programmeId = rows[0]?.id ?? '';
      await pool.query(`INSERT INTO departments (department_id, name) VALUES ('D1', 'Works')`);
      await seedMorning(pool, CASES, PEOPLE, { programmeId, departmentId: 'D1' });
      const ratios: number[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        if (round > 1) await again(pool, programmeId);
        const before = server.taken();
        const ours = await timed(() => deliverMail(services, { clock: () => MORNING }));
        const sent = server.taken() - before;
        const kept = await pool.query<Prepared>('SELECT address, body FROM messages');
        const plain = await timed(() => plainLoop(server.port, kept.rows));
        ratios.push(ours / plain);
        console.log(
          `round ${round}: ${sent} messages about ${CASES} cases in ${ours.toFixed(2)} s; the plain loop ${plain.toFixed(2)} s; ratio ${(ours / plain).toFixed(2)}`,
        );
        if (sent !== Math.min(PEOPLE, CASES) || ours > LIMIT) process.exitCode = 1;
      }
      console.log(
        `from notices to mail / a plain pool loop over prepared messages: median ratio ${median(ratios).toFixed(2)}`,
      );
    });
  } finally {
    await server.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

void main();
