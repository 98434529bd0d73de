import { type Command } from 'commander';
import { reconcile } from '../app/reconcile';
import { withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { action } from './command';
import { rescreenProgress, rescreenText } from './rescreen-text';

export function configure(command: Command): void {
  action(
    command.addHelpText(
      'after',
      '\nExit 1 where something was out of step, even if it has been repaired.\n\nExample:\n  clearsite reconcile --json',
    ),
    async (io) => {
      const progress = rescreenProgress(io);
      const result = await withServices(loadConfig(), (services) =>
        reconcile(services, progress.report).finally(progress.stop),
      );
      io.answer(result, () => {
        const lines = result.findings.map(
          ({ subject, what, repaired }) => `${subject}: ${what}${repaired ? '' : ' NOT repaired.'}`,
        );
        const { checked, opened, planned, rescreened } = result;
        const summary = `${checked} open cases checked, ${opened} that waited opened, ${planned} clocks set going.`;
        return [
          ...lines,
          ...(rescreened === null ? [] : [...rescreenText(rescreened, null), '']),
          lines.length === 0 ? `Every flagged device has exactly one case. ${summary}` : summary,
        ].join('\n');
      });
      return result.findings.length === 0 ? 0 : 1;
    },
  );
}
