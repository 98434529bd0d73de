import { type Command } from 'commander';
import { prepare } from '../app/prepare';
import { Failure } from '../domain/errors';
import { type Config, loadConfig, withoutPassword } from '../platform/config';
import { startInstallation } from '../platform/embedded/installation';
import { supervise } from '../platform/embedded/supervisor';
import { webPortOf } from '../platform/embedded/web-port';
import { logOf, startWebProcess, startWorkerProcess } from '../platform/embedded/own-process';
import { holdHome } from '../platform/home-lock';
import { action, type Io } from './command';

interface UpOptions {
  readonly demo?: boolean;
  readonly exit?: boolean;
}

/** Something that was started, to be stopped in the opposite order. */
interface Started {
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

export function configure(command: Command): void {
  action<UpOptions>(
    command
      .option('--demo', 'fill an empty register with the synthetic example programme and start it')
      .option('--exit', 'stop again as soon as everything is up')
      .addHelpText(
        'after',
        `
Starts what the environment does not name: PostgreSQL unless DATABASE_URL, Temporal unless TEMPORAL_ADDRESS, a mail
server that keeps mail as files unless SMTP_URL; then the migrations and a worker. Everything listens on loopback only, and
is kept in CLEARSITE_HOME (default .clearsite). Ctrl-C stops all of it in order; a second Ctrl-C at once.

Examples:
  clearsite up
  CLEARSITE_HOME=/srv/clearsite clearsite up
  DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=… clearsite up`,
      ),
    (io, options) => up(io, options),
  );
}

async function up(io: Io, options: UpOptions): Promise<void> {
  const { home } = loadConfig();
  const release = await holdHome(home);
  const started: Started[] = [];
  const interruption = listen(io, started);
  try {
    await startAll(io, home, options, started, interruption.signal);
    if (!options.exit && !interruption.signal.aborted) await interruption.asked;
  } catch (error) {
    // Ctrl-C while starting is an order, not a failure.
    if (!(interruption.signal.aborted && error instanceof Failure)) throw error;
  } finally {
    io.note('Stopping.');
    for (const each of started.reverse()) await each.stop();
    interruption.done();
    release();
    io.note('Stopped.');
  }
}

async function startAll(
  io: Io,
  home: string,
  options: UpOptions,
  started: Started[],
  signal: AbortSignal,
): Promise<void> {
  const log = (line: string): void => io.note(line);
  let moved = (): void => undefined;
  const port = await webPortOf(home, loadConfig().port);
  const installation = await startInstallation({
    home,
    environment: { ...process.env, CLEARSITE_HOME: home },
    log,
    signal,
    webUrl: `http://127.0.0.1:${port}`,
    moved: () => moved(),
  });
  started.push(installation);
  const config = installation.publish();
  const { migrations } = await prepare(config);
  if (migrations.length > 0) log(`Register: applied ${migrations.length} migrations`);
  const worker = await supervise({
    name: 'The worker',
    log,
    signal,
    start: (inner) => startWorkerProcess({ home, signal: inner }),
  });
  started.push(worker);
  const web = await supervise({
    name: 'The web server',
    log,
    signal,
    start: (inner) => startWebProcess({ home, port, signal: inner }),
  });
  started.push(web);
  // Started again by their supervision, with the new addresses.
  moved = () => {
    void worker.current().stop();
    void web.current().stop();
  };
  if (options.demo) await fillWithExample(io, config);
  announce(io, config);
}

async function fillWithExample(io: Io, config: Config): Promise<void> {
  const [{ loadExample }, { withServices }] = await Promise.all([
    import('../app/demo/load-example'),
    import('../app/services'),
  ]);
  const loaded = await withServices(config, (services) => loadExample(services, (line) => io.note(line)));
  if (!loaded) io.note('The register holds a programme already: it is left as it is.');
}

function announce(io: Io, config: Config): void {
  const { home, temporal, databaseUrl, smtpUrl, source, publicUrl } = config;
  const document = {
    home,
    pid: process.pid,
    register: shown(databaseUrl),
    temporal: temporal && { address: temporal.address, namespace: temporal.namespace },
    mail: shown(smtpUrl),
    web: publicUrl,
  };
  io.answer(document, () =>
    [
      '',
      'clearsite is up.',
      `  register  ${shown(databaseUrl)}`,
      `  Temporal  ${temporal?.address}, namespace ${temporal?.namespace}`,
      `  mail      ${source.smtp === 'environment' ? shown(smtpUrl) : `kept as files in ${home}/mail; nothing is delivered`}`,
      `  worker    its log is ${logOf(home, 'worker')}`,
      `  web       ${publicUrl}`,
      '',
      'Next, in another terminal: "clearsite doctor" to see that all is well, "clearsite import FILE" to begin.',
      'Ctrl-C here stops everything.',
    ].join('\n'),
  );
}

function shown(url: string | null): string {
  return url === null ? '' : withoutPassword(url);
}

interface Interruption {
  readonly signal: AbortSignal;
  /** Settles when somebody asks us to end. */
  readonly asked: Promise<void>;
  done(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal asks, the second insists. */
function listen(io: Io, started: readonly Started[]): Interruption {
  const ended = new AbortController();
  const asked = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  const heard = (): void => {
    if (!ended.signal.aborted) {
      io.note('Stopping everything in order; Ctrl-C again stops it at once.');
      ended.abort();
      return;
    }
    io.note('Ending everything at once.');
    void Promise.allSettled(started.map((each) => each.kill9())).then(() => process.exit(3));
  };
  for (const name of SIGNALS) process.on(name, heard);
  return { signal: ended.signal, asked, done: () => SIGNALS.forEach((name) => process.off(name, heard)) };
}
