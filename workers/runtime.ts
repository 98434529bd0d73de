import { DefaultLogger, Runtime } from '@temporalio/worker';
import { makeLogger } from '../platform/logging';

/**
 * Sets up the SDK's one runtime of this process: its log goes through ours, which takes addresses and secrets out, and signals are left
 * to the command. Call it before the first connection of a worker.
 */
export function installWorkerRuntime(): void {
  const logger = makeLogger('worker');
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    // The log's own level decides.
    logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => {
      const { error, ...rest } = { error: undefined, ...meta };
      logger[levels[level]](error === undefined ? rest : { ...rest, err: error }, message);
    }),
    shutdownSignals: [],
  });
}
