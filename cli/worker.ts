import { type Command } from 'commander';
import { Failure } from '../domain/errors';
import { loadConfig } from '../platform/config';
import { action } from './command';

export function configure(command: Command): void {
  action(
    command.addHelpText(
      'after',
      '\nRuns cases: start as many as you like, on as many machines as you like. "clearsite up" runs one by itself.\nCtrl-C finishes what is in hand and stops.\n\nExample:\n  clearsite worker',
    ),
    async (io) => {
      // The SDK's native part takes a while to load: only this command pays for it.
      const { installWorkerRuntime } = await import('../workers/runtime');
      const { runWorker } = await import('../workers/worker');
      installWorkerRuntime();
      const worker = await runWorker(loadConfig());
      io.note('The worker is running. Ctrl-C stops it.');
      // Being told twice is usual: by the terminal and by "clearsite up".
      const stop = once(worker.stop);
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
      if (process.send !== undefined) {
        process.send('ready');
        // Our "clearsite up" is gone, however it went: a worker of its own would be left behind otherwise.
        process.once('disconnect', stop);
      }
      try {
        await worker.done;
      } catch (cause) {
        throw new Failure(
          'worker-failed',
          `The worker failed: ${cause instanceof Error ? cause.message : String(cause)}.`,
          {
            exit: 3,
            hint: '"clearsite doctor" says what is missing.',
            cause,
          },
        );
      } finally {
        if (process.connected) process.disconnect();
      }
    },
  );
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
