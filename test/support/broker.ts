import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres';
import { startTemporal, type RunningTemporal } from '../../platform/embedded/temporal/start';
import { packageRoot } from '../../platform/paths';
import { migrate } from '../../register/migrate';
import { leash, type Leash } from './leash';

/** Where test files find the broker. */
export const BROKER = 'CLEARSITE_TEST_BROKER';

/** What the broker answers with. */
export interface Shared {
  /** URL of a migrated database, to be used as a template and never to be written to. */
  readonly '/register': { readonly url: string };
  readonly '/temporal': { readonly address: string };
  /** The command as it is in dist/, built once for this run. */
  readonly '/command': { readonly path: string };
}

/**
 * Holds the one PostgreSQL and the one Temporal (with virtual time) that a run of the tests shares. Each is started by the first test file
 * that asks, so that tests of pure functions pay for neither.
 */
export class Broker {
  private readonly home = mkdtempSync(join(tmpdir(), 'clearsite-tests-'));
  private readonly leashes: Leash[] = [];
  private postgres: Promise<RunningPostgres> | null = null;
  private temporal: Promise<RunningTemporal> | null = null;
  private command: Promise<string> | null = null;
  private server: Server | null = null;

  /** Listens for test files. */
  async listen(): Promise<void> {
    // PostgreSQL runs as another user when the tests run as root.
    chmodSync(this.home, 0o711);
    const server = createServer((request, response) => {
      this.answer(request.url ?? '').then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) =>
          response.writeHead(500).end(String((error as Error).stack) + String((error as { hint?: string }).hint ?? '')),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    const address = server.address();
    process.env[BROKER] = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  /** Stops what was started and removes its data. */
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
    for (const held of this.leashes) held.release();
    const nothing = (): null => null;
    await Promise.all([
      this.postgres?.then((it) => it.kill9()).catch(nothing),
      this.temporal?.then((it) => it.kill9()).catch(nothing),
    ]);
    rmSync(this.home, { recursive: true, force: true });
  }

  private async answer(path: string): Promise<Shared[keyof Shared]> {
    switch (path) {
      case '/register':
        return { url: (await (this.postgres ??= this.makeRegister())).url };
      case '/temporal':
        return { address: (await (this.temporal ??= this.makeTemporal())).address };
      case '/command':
        return { path: await (this.command ??= build()) };
      default:
        throw new Error(`no such thing: ${path}`);
    }
  }

  private async makeRegister(): Promise<RunningPostgres> {
    const postgres = await startPostgres({ home: this.home, log: () => undefined });
    this.leashes.push(leash(postgres.pid));
    await migrate(postgres.url);
    // A template must have no other session while it is copied.
    const client = new Client({ connectionString: postgres.url.replace(/\/clearsite$/, '/postgres') });
    await client.connect();
    await client.query('ALTER DATABASE clearsite WITH ALLOW_CONNECTIONS false IS_TEMPLATE true');
    await client.end();
    return postgres;
  }

  private async makeTemporal(): Promise<RunningTemporal> {
    const temporal = await startTemporal({
      home: this.home,
      log: (line) => process.stderr.write(`${line}\n`),
      timeSkipping: 'on',
    });
    this.leashes.push(leash(temporal.pid));
    return temporal;
  }
}

async function build(): Promise<string> {
  await promisify(execFile)(process.execPath, [join(packageRoot(), 'tools', 'build.mjs')]);
  return join(packageRoot(), 'bin', 'clearsite.js');
}
