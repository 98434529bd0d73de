import { type Command } from 'commander';
import { mergeDevices } from '../app/devices/merge';
import { transferDevice } from '../app/devices/transfer';
import { withServices } from '../app/services';
import { STAGE_SHOWN } from '../domain/wording';
import { isOneOf, STAGES } from '../domain/vocabulary';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';

interface MergeOptions {
  readonly reason: string;
}

function stageShown(stage: string): string {
  return isOneOf(STAGES, stage) ? STAGE_SHOWN[stage] : stage;
}

/** `devices merge KEEP DUPLICATE`. */
export function configureMerge(command: Command): void {
  action<MergeOptions>(
    actsAs(command)
      .argument('<keep>', 'asset id of the record that stays')
      .argument('<duplicate>', 'asset id of the record that is the same device')
      .requiredOption('--reason <text>', 'how you know that both are one device')
      .addHelpText(
        'after',
        `
Both histories stay; one case goes on, and each stage is due at the earlier of the two dates. Repeating it finishes
what was interrupted. By ops, a programme manager or the SRO.

Example:
  clearsite devices merge CAM-0042 OLD-17 --reason "one serial plate, photographed"`,
      ),
    async (io, { reason }, keep = '', duplicate = '') => {
      const answer = await withServices(loadConfig(), (services) =>
        mergeDevices(services, { keep, duplicate, reason }, io.who),
      );
      io.answer(answer, () => {
        const { caseId, closedCaseId, earlier } = answer;
        const goesOn = caseId === null ? 'Neither has a case.' : `Case ${caseId} speaks for both.`;
        const closed = closedCaseId === null ? '' : ` Case ${closedCaseId} is closed as a duplicate.`;
        const sooner = earlier.length === 0 ? '' : ` Now due earlier: ${earlier.map(stageShown).join(', ')}.`;
        return `${duplicate} is the same device as ${keep}. ${goesOn}${closed}${sooner}`;
      });
    },
  );
}

interface TransferOptions {
  readonly site: string;
  readonly reason: string;
}

/** `devices transfer ASSET --site SITE`. */
export function configureTransfer(command: Command): void {
  action<TransferOptions>(
    actsAs(command)
      .argument('<asset>', 'asset id')
      .requiredOption('--site <id>', 'where it belongs now')
      .requiredOption('--reason <text>', 'why')
      .addHelpText(
        'after',
        `
Dates stay as they are. What was still to be written to the old owner is not, and the new owner gets one letter.
Repeating it finishes what was interrupted. By ops, a programme manager or the SRO.

Example:
  clearsite devices transfer CAM-0042 --site HS-03 --reason "moved with the team on 1 March"`,
      ),
    async (io, { site, reason }, assetId = '') => {
      const answer = await withServices(loadConfig(), (services) =>
        transferDevice(services, { assetId, siteId: site, reason }, io.who),
      );
      io.answer(answer, () => {
        const { caseId, opened, departmentId } = answer;
        const cases =
          caseId === null
            ? 'It has no open case.'
            : opened
              ? `Case ${caseId} is opened for it.`
              : `Case ${caseId} moved with it.`;
        return `${assetId} is at site ${site}, department ${departmentId}. ${cases}`;
      });
    },
  );
}
