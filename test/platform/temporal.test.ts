import { afterAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../platform/embedded/temporal/routes';
import { type RunningTemporal, startTemporal, temporalOf } from '../../platform/embedded/temporal/start';
import { atLeast, identifyTemporal } from '../../platform/embedded/temporal/version';
import { prepareNamespace } from '../../platform/namespace';
import { identify, isRunning } from '../../platform/processes';
import { leash } from '../support/leash';

const folder = mkdtempSync(join(tmpdir(), 'clearsite temporal-'));
const started: RunningTemporal[] = [];
afterAll(async () => {
  for (const each of started) await each.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(home: string, lines: string[] = []): Promise<RunningTemporal> {
  const temporal = await startTemporal({ home, log: (line) => lines.push(line) });
  leash(temporal.pid);
  started.push(temporal);
  return temporal;
}

async function connected<T>(
  temporal: RunningTemporal,
  body: (client: Client, connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    return await body(new Client({ connection, namespace: temporal.namespace }), connection);
  } finally {
    await connection.close();
  }
}

/** Local addresses that a process listens on, from /proc: hexadecimal and reversed, as the kernel prints them. */
function listening(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && sockets.has(fields[9]))
      .map((fields) => fields[1]!.split(':')[0]!),
  );
}

describe('an embedded Temporal server', () => {
  const home = join(folder, 'ho me');

  test('comes up on loopback only, with namespace, retention and search attributes; virtual time stays off', async () => {
    const temporal = await start(home);
    await connected(temporal, async (client, connection) => {
      const { config } = await connection.workflowService.describeNamespace({ namespace: 'clearsite' });
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBeGreaterThanOrEqual(30 * 86_400);
      expect(await prepareNamespace(connection, 'clearsite')).toEqual([]);
      await client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody' });
      const workflowExecutionOptions = { timeSkippingConfig: { enabled: true } };
      await expect(
        connection.workflowService.updateWorkflowExecutionOptions({
          namespace: 'clearsite',
          workflowExecution: { workflowId: 'kept' },
          workflowExecutionOptions,
          updateMask: { paths: ['time_skipping_config'] },
        }),
      ).rejects.toThrow();
    });
    if (process.platform === 'linux') {
      const addresses = listening(temporal.pid);
      expect(addresses.length).toBeGreaterThan(0);
      expect(new Set(addresses)).toEqual(new Set(['0100007F']));
    }
  }, 600_000);

  test('keeps what it answered through kill -9, and its address', async () => {
    const before = started.at(-1)!;
    await before.kill9();
    const temporal = await start(home);
    expect(temporal.address).toBe(before.address);
    const status = await connected(
      temporal,
      async (client) => (await client.workflow.getHandle('kept').describe()).status.name,
    );
    expect(status).toBe('RUNNING');
  });

  test('one that outlived its parent is stopped before a new one starts', async () => {
    const before = identify(started.at(-1)!.pid)!;
    expect(temporalOf(home)).toEqual([before]);
    const lines: string[] = [];
    const temporal = await start(home, lines);
    expect(isRunning(before)).toBe(false);
    expect(lines.join('\n')).toContain(`process ${before.pid} of this home outlived`);
    expect(temporal.pid).not.toBe(before.pid);
  });

  test('a first start that was killed halfway through making its schema begins again', async () => {
    const other = join(folder, 'half');
    mkdirSync(join(other, 'temporal'), { recursive: true });
    // Not a database at all, as a power cut may leave it.
    writeFileSync(join(other, 'temporal', 'temporal.db'), 'half');
    const temporal = await start(other);
    await connected(temporal, (client) => client.workflow.start('waits', { workflowId: 'w', taskQueue: 'nobody' }));
    await temporal.stop();
  });
});

describe('ways to a Temporal server', () => {
  /** A folder to be the whole PATH, with a `temporal` in it that says this about itself. */
  function pathWith(name: string, says: string): string {
    const bin = join(folder, name);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'temporal'), `#!/bin/sh\necho '${says}'\n`);
    chmodSync(join(bin, 'temporal'), 0o755);
    return bin;
  }

  const CURRENT = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';
  const search = async (
    path: string,
    kept: 'cli' | 'server' | null = null,
  ): Promise<{ found: string; lines: string[] }> => {
    const lines: string[] = [];
    const stopped = new AbortController();
    const log = (line: string): void => {
      lines.push(line);
      // Only what is on PATH is looked at here: what comes after it may download and build.
      if (line.includes('the cache:')) stopped.abort();
    };
    const environment = { PATH: path, XDG_CACHE_HOME: join(folder, 'no-cache') };
    const found = await findTemporal(kept, { environment, log, signal: stopped.signal }).then(
      (program) => `${program.kind} ${program.version}`,
      (error: { code: string }) => error.code,
    );
    return { found, lines };
  };

  test('the command on PATH is taken where its server is new enough', async () => {
    const { found, lines } = await search(pathWith('new', CURRENT));
    expect(found).toBe('cli 1.32.0');
    expect(lines).toEqual(['Temporal: server 1.32.0 from PATH']);
  });

  test.each([
    [
      'an old one',
      'temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)',
      null,
      'carries server 1.25.0, older than 1.32.0',
    ],
    ['another program of that name', 'hello', null, 'is not the Temporal command'],
    [
      'a new one, for a home that began with a server built from source',
      CURRENT,
      'server',
      'this home began with another kind of server',
    ],
  ] as const)('%s is passed over, and said why', async (name, says, kept, why) => {
    const { found, lines } = await search(pathWith(name, says), kept);
    expect(found).toBe('stopped');
    expect(lines[0]).toContain(why);
  });

  test('a server of its own is told from the command', async () => {
    expect(await identifyTemporal(join(pathWith('server', 'temporal version 1.32.1'), 'temporal'))).toMatchObject({
      kind: 'server',
      version: '1.32.1',
    });
    expect(await identifyTemporal(join(folder, 'nothing'))).toBeNull();
  });

  test.each([
    ['1.32.0', '1.32.0', true],
    ['1.32.1', '1.32.0', true],
    ['1.33.0', '1.32.9', true],
    ['2.0.0', '1.32.0', true],
    ['1.31.9', '1.32.0', false],
    ['1.4.0', '1.32.0', false],
  ])('is %s at least %s? %s', (version, needed, answer) => {
    expect(atLeast(version, needed)).toBe(answer);
  });
});
