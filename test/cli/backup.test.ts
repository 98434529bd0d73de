import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Postgres } from 'pg';
import { backup } from '../../app/backup/backup';
import { restore } from '../../app/backup/restore';
import { type Config, loadConfig } from '../../platform/config';
import { openTemporal } from '../../platform/connections';
import { dataConverter } from '../../platform/data-converter';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres';
import { startTemporal, type RunningTemporal } from '../../platform/embedded/temporal/start';
import { leash } from '../support/leash';
import { migrate } from '../../register/migrate';
import { closedFolder, removeHome } from '../support/running-up';
import { addUpdate, countQuery } from '../support/counting-workflow';

const QUEUE = 'counting';
const log = (): void => undefined;

/** The services of a home, without `up` around them. */
class Home {
  readonly path: string;
  postgres!: RunningPostgres;
  temporal!: RunningTemporal;
  config!: Config;

  constructor(readonly folder: string) {
    this.path = join(folder, 'home');
  }

  async start(): Promise<void> {
    [this.postgres, this.temporal] = await Promise.all([
      startPostgres({ home: this.path, log }),
      startTemporal({ home: this.path, log }),
    ]);
    leash(this.postgres.pid);
    leash(this.temporal.pid);
    const named = loadConfig({
      CLEARSITE_HOME: this.path,
      DATABASE_URL: this.postgres.url,
      TEMPORAL_ADDRESS: this.temporal.address,
      TEMPORAL_NAMESPACE: 'clearsite',
    });
    // As run.json would give them.
    this.config = { ...named, source: { database: 'up', temporal: 'up', smtp: 'up' } };
  }

  async stop(): Promise<void> {
    await this.temporal?.stop();
    await this.postgres?.stop();
  }

  async rows(sql: string): Promise<unknown[]> {
    const client = new Postgres({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** Runs `body` with a worker that writes as `record` does: once for each number, the same again is no harm, a gap is refused. */
  async working<T>(body: (client: Client) => Promise<T>): Promise<T> {
    const connection = await NativeConnection.connect({ address: this.temporal.address });
    const worker = await Worker.create({
      connection,
      namespace: 'clearsite',
      taskQueue: QUEUE,
      workflowsPath: require.resolve('../support/counting-workflow'),
      dataConverter: dataConverter(this.config),
      activities: {
        write: async (id: string, sequence: number) => {
          const [{ last }] = (await this.rows(
            `SELECT coalesce(max((details->>'n')::int), 0) AS last FROM register_log WHERE subject = '${id}'`,
          )) as [{ last: number }];
          if (sequence > last + 1) throw new Error('sequence-gap');
          if (sequence === last + 1)
            await this.rows(
              `INSERT INTO register_log (actor, action, subject, details) VALUES ('t', 't', '${id}', '{"n": ${sequence}}')`,
            );
        },
      },
    });
    const running = worker.run();
    const client = await openTemporal(this.config);
    try {
      return await body(client);
    } finally {
      await client.connection.close();
      worker.shutdown();
      await running;
      await connection.close();
    }
  }
}

describe('backup and restore', () => {
  const original = new Home(closedFolder());
  const homes = [original];
  const archive = join(original.folder, 'backup.tar.gz');
  const content = randomBytes(1000);

  const another = (): Home => {
    const home = new Home(closedFolder());
    homes.push(home);
    return home;
  };
  const target = ({ path }: Home): Config => loadConfig({ CLEARSITE_HOME: path });

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    await original.start();
    await migrate(original.postgres.url);
    mkdirSync(join(original.path, 'evidence', 'ab'), { recursive: true });
    writeFileSync(join(original.path, 'evidence', 'ab', 'abcd'), content);
    await original.rows(`
      INSERT INTO programmes (programme_id, title, policy_version, policy_digest) VALUES ('p', 'Tab	and \\ and "quotes" and ünï', '1', 'd');
      INSERT INTO departments (department_id, name) SELECT 'd' || n, 'Department ' || n FROM generate_series(1, 1000) n;
      INSERT INTO sessions (session_id, token_hash, email, how, started_at, last_seen_at, expires_at)
      VALUES ('s_1', 'h', 'kim@example.test', 'code', now(), now(), now() + interval '8 hours')`);
  }, 600_000);

  afterAll(async () => {
    for (const home of homes) await home.stop();
    for (const { folder, path } of homes) removeHome(folder, path);
  });

  test('a backup made amid traffic is of one instant: the restored home goes on without a gap or a clash', async () => {
    await original.working(async (client) => {
      const handles = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          client.workflow.start('counts', { workflowId: `w${n}`, taskQueue: QUEUE, args: [`w${n}`] }),
        ),
      );
      let ended = false;
      const traffic = handles.map(async (handle) => {
        while (!ended) await handle.executeUpdate(addUpdate);
      });
      for (const handle of handles) await handle.executeUpdate(addUpdate);
      const report = await backup(original.config, archive, new Date());
      ended = true;
      await Promise.all(traffic);
      expect(report).toMatchObject({ file: archive, temporal: true, keys: true, evidenceFiles: 1 });
    });

    const restored = another();
    await restore(target(restored), archive, log);
    await restored.start();
    await restored.working(async (client) => {
      for (let n = 0; n < 10; n += 1) {
        const handle = client.workflow.getHandle(`w${n}`);
        const decided = await handle.query(countQuery);
        expect(await handle.executeUpdate(addUpdate)).toBe(decided + 1);
        expect(await restored.rows(`SELECT count(*)::int AS n FROM register_log WHERE subject = 'w${n}'`)).toEqual([
          { n: decided + 1 },
        ]);
      }
    });
  });

  test('everything is back: rows, numbering, evidence and keys; mail is held, and nobody is signed in', async () => {
    const restored = homes[1]!;
    expect(await restored.rows('SELECT count(*)::int AS n FROM departments')).toEqual([{ n: 1000 }]);
    expect(await restored.rows('SELECT title, mail_held FROM programmes')).toEqual([
      { title: 'Tab\tand \\ and "quotes" and ünï', mail_held: true },
    ]);
    const sessions = 'SELECT ended_at IS NULL AS lasts, ended_why FROM sessions';
    expect(await original.rows(sessions)).toEqual([{ lasts: true, ended_why: null }]);
    expect(await restored.rows(sessions)).toEqual([{ lasts: false, ended_why: 'restored' }]);
    const next = `SELECT nextval(pg_get_serial_sequence('register_log', 'log_id')) > (SELECT max(log_id) FROM register_log) AS beyond`;
    expect(await restored.rows(next)).toEqual([{ beyond: true }]);
    expect(readFileSync(join(restored.path, 'evidence', 'ab', 'abcd')).equals(content)).toBe(true);
    expect(readFileSync(join(restored.path, 'keys'), 'utf8')).toBe(readFileSync(join(original.path, 'keys'), 'utf8'));
  });

  test('the archive is private, is never overwritten, and leaves nothing else lying about', async () => {
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    await expect(backup(original.config, archive, new Date())).rejects.toMatchObject({ code: 'file-exists', exit: 2 });
    expect(readdirSync(original.folder).sort()).toEqual(['backup.tar.gz', 'home']);
  });

  test('into a folder, it is named by its instant', async () => {
    const report = await backup(original.config, original.folder, new Date('2027-11-23T04:05:06.789Z'));
    expect(report.file).toBe(join(original.folder, 'clearsite-20271123T040506Z.tar.gz'));
  });

  test('what belongs to services of others is said', async () => {
    const named: Config = {
      ...original.config,
      keys: 'k:AAAA',
      source: { database: 'environment', temporal: 'environment', smtp: 'up' },
    };
    const { temporal, keys, notHeld } = await backup(named, join(original.folder, 'others.tar.gz'), new Date());
    expect({ temporal, keys }).toEqual({ temporal: false, keys: false });
    expect(notHeld.join(' ')).toMatch(/Temporal at 127\.0\.0\.1:\d+ is not ours.*CLEARSITE_KEYS.*PostgreSQL of yours/);
  });

  test('a home that holds anything is never restored over', async () => {
    await expect(restore(target(original), archive, log)).rejects.toMatchObject({ code: 'home-not-empty', exit: 2 });
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), /backup-(unreadable|damaged)/],
    ['not an archive', () => Buffer.from('hello'), /backup-unreadable/],
    ['empty', () => Buffer.alloc(0), /backup-unreadable/],
  ] as const)('a file that is %s is refused, and no home is left', async (_, change, code) => {
    const home = another();
    const broken = join(home.folder, 'broken.tar.gz');
    writeFileSync(broken, change(readFileSync(archive)));
    await expect(restore(target(home), broken, log)).rejects.toMatchObject({
      code: expect.stringMatching(code) as unknown,
    });
    expect(existsSync(home.path)).toBe(false);
    expect(readdirSync(home.folder)).toEqual(['broken.tar.gz']);
  });
});
