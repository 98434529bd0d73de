import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeAtomically } from '../../files';
import { LOOPBACK } from '../ports';
import { type TemporalProgram } from './version';

/** Whether workflows may be taken through virtual time; production never is. */
export type TimeSkipping = 'on' | 'off';

export interface ServerSettings {
  /** Where the data are; also the working folder. */
  readonly folder: string;
  /** Where clients connect. */
  readonly port: number;
  /** `INNER_PORTS` more free ports. */
  readonly innerPorts: readonly number[];
  readonly timeSkipping: TimeSkipping;
}

/** Ports beside the clients' one. */
export const INNER_PORTS = 7;

/** Fixed when a home is made: SQLite serves one writer, and more shards only add idle polling. */
const HISTORY_SHARDS = 4;
const DATABASE = 'temporal.db';

/** Committed means on disk: a kill or a power cut loses nothing that was answered. */
const DURABLE = { journal_mode: 'wal', synchronous: '2' };

/** The arguments that start this program in this folder. */
export function serverArguments(program: TemporalProgram, settings: ServerSettings): readonly string[] {
  switch (program.kind) {
    case 'cli':
      return cliArguments(settings);
    case 'server':
      return ['--config-file', writeConfiguration(settings), '--allow-no-auth', 'start'];
  }
}

/** Are these the arguments of a server of this folder? Other programs that merely name its files (an editor, sqlite3) are not. */
export function servesFolder(argv: readonly string[], folder: string): boolean {
  const at = (option: string, value: string): boolean => argv[argv.indexOf(option) + 1] === value;
  return (
    (argv.includes('start-dev') && at('--db-filename', databasePath(folder))) ||
    (argv.includes('start') && at('--config-file', configurationPath(folder)))
  );
}

/** The SQLite file. */
export function databasePath(folder: string): string {
  return join(folder, DATABASE);
}

/** The files that are the data, of those that exist: `-shm` is made anew from `-wal`. */
export function dataFiles(folder: string): readonly string[] {
  return [databasePath(folder), `${databasePath(folder)}-wal`].filter((path) => existsSync(path));
}

function configurationPath(folder: string): string {
  return join(folder, 'server.yaml');
}

function cliArguments({ folder, port, innerPorts, timeSkipping }: ServerSettings): readonly string[] {
  const [http, metrics] = innerPorts;
  const pragmas = Object.entries(DURABLE).flatMap(([name, value]) => ['--sqlite-pragma', `${name}=${value}`]);
  const dynamic = Object.entries(dynamicSettings(timeSkipping)).flatMap(([name, value]) => [
    '--dynamic-config-value',
    `${name}=${JSON.stringify(value)}`,
  ]);
  const addresses = [
    '--ip',
    LOOPBACK,
    '--port',
    String(port),
    '--http-port',
    String(http),
    '--metrics-port',
    String(metrics),
  ];
  const store = ['--db-filename', databasePath(folder), ...pragmas];
  return ['server', 'start-dev', '--headless', '--log-level', 'warn', ...store, ...addresses, ...dynamic];
}

/** What differs from the server's defaults: prompt timers, since a due instant's reminder is to be recorded within a second. */
export function dynamicSettings(timeSkipping: TimeSkipping): Readonly<Record<string, unknown>> {
  return {
    'history.timerProcessorMaxTimeShift': '10ms',
    'history.timerProcessorMaxPollRPS': 2000,
    // 10 calls a second by default, which doctor and tests pass.
    'frontend.namespaceRPS.visibility': 200,
    ...(timeSkipping === 'on' ? { 'frontend.WorkflowTimeSkippingEnabled': true } : {}),
  };
}

function writeConfiguration({ folder, port, innerPorts, timeSkipping }: ServerSettings): string {
  const store = {
    sql: {
      pluginName: 'sqlite',
      // Relative to the working folder: the plugin puts the name into a URI without escaping it.
      databaseName: DATABASE,
      connectAddr: 'localhost',
      connectProtocol: 'tcp',
      connectAttributes: { cache: 'private', setup: 'true', ...DURABLE },
      maxConns: 1,
      maxIdleConns: 1,
    },
  };
  const [frontendGossip, history, historyGossip, matching, matchingGossip, worker, workerGossip] = innerPorts;
  const rpc = (grpcPort: number | undefined, membershipPort: number | undefined): object => ({
    rpc: { grpcPort, membershipPort, bindOnIP: LOOPBACK },
  });
  const dynamicPath = join(folder, 'dynamic.yaml');
  const dynamic = Object.entries(dynamicSettings(timeSkipping)).map(([name, value]) => [name, [{ value }]]);
  writeAtomically(dynamicPath, stringify(Object.fromEntries(dynamic)));
  const configuration = {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store, visibility: store },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: LOOPBACK }, pprof: { port: 0 } },
    services: {
      frontend: rpc(port, frontendGossip),
      history: rpc(history, historyGossip),
      matching: rpc(matching, matchingGossip),
      worker: rpc(worker, workerGossip),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `${LOOPBACK}:${port}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `${LOOPBACK}:${port}` },
    dynamicConfigClient: { filepath: dynamicPath, pollInterval: '60s' },
  };
  const path = configurationPath(folder);
  writeAtomically(path, stringify(configuration));
  return path;
}
