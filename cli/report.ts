import { type Command } from 'commander';
import { report } from '../app/figures/report';
import { withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { action } from './command';
import { reportText } from './report-text';

interface Options {
  readonly asOf?: string;
  readonly since?: string;
  readonly department?: string;
}

const HELP = `
Figures are taken at 17:00, by the policy's zone, as they were known then; what was recorded later of what had happened
by then is said beside them. Suspect makes and makes not known are counted apart until somebody has looked.
Opening + found later + came into scope + reopened - removed - not covered - other = closing.

Examples:
  clearsite report
  clearsite report --as-of 2026-11-20
  clearsite report --since 2026-10-30 --as-of 2026-11-20 --department D-AG
  clearsite report --as-of 2026-11-20 --json`;

export function configure(command: Command): void {
  action<Options>(
    command
      .option('--as-of <date>', 'as it was known at 17:00 of this day, YYYY-MM-DD (else now)')
      .option('--since <date>', 'compared with 17:00 of this day (else a week before)')
      .option('--department <id>', 'of this department')
      .addHelpText('after', HELP),
    async (io, { asOf, since, department }) => {
      const now = new Date().toISOString();
      const query = {
        asOf: asOf ?? null,
        since: since ?? null,
        departments: department === undefined ? null : [department],
      };
      const found = await withServices(loadConfig(), (services) => report(services, query, now));
      io.answer(found, () => reportText(found, now));
    },
  );
}
