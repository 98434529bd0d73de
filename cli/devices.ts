import { type Command, Option } from 'commander';
import { findDevices, showDevice } from '../app/inventory/devices';
import { withServices } from '../app/services';
import { SCREENING_RESULTS, type ScreeningResult } from '../domain/vocabulary';
import { LISTED_ONLY, SCREENING_SHOWN, STAGE_SHOWN } from '../domain/wording';
import { loadConfig } from '../platform/config';
import { type DeviceDetail, type DeviceRow } from '../register/devices';
import { action } from './command';
import { configureMerge, configureTransfer } from './devices-moves';
import { listEnd, SCREENFUL, withPage } from './lists';
import { facts, table } from './output';

interface ListOptions {
  readonly department?: string;
  readonly site?: string;
  readonly screening?: ScreeningResult;
  readonly inScope?: true;
  readonly outOfScope?: true;
  readonly search?: string;
  readonly limit?: number;
  readonly after?: string;
}

function finding({ screening, inScope }: Pick<DeviceRow, 'screening' | 'inScope'>): string {
  return screening === 'covered' && !inScope ? LISTED_ONLY : SCREENING_SHOWN[screening];
}

const LIST_HELP = `
Without --limit people see ${SCREENFUL}; --json has them all.

Examples:
  clearsite devices list --department D-AG --screening covered --in-scope
  clearsite devices list --search 44:19:b6
  clearsite devices list --site S-1 --json`;

function configureList(command: Command): void {
  action<ListOptions>(
    withPage(
      command
        .option('--department <id>', 'of this department')
        .option('--site <id>', 'at this site')
        .addOption(new Option('--screening <result>', 'what screening says').choices(SCREENING_RESULTS))
        .option('--in-scope', 'by type and site, the policy speaks of it')
        .addOption(new Option('--out-of-scope', 'the policy does not speak of it').conflicts('inScope'))
        .option('--search <text>', 'part of asset id, make, model, serial, MAC or IP address'),
      'asset',
    ).addHelpText('after', LIST_HELP),
    async (io, { department, site, screening, inScope, outOfScope, search, limit, after }) => {
      const filter = {
        ...(department && { departmentId: department }),
        ...(site && { siteId: site }),
        ...(screening && { screening }),
        ...(inScope && { scope: 'in' as const }),
        ...(outOfScope && { scope: 'out' as const }),
        ...(search && { search }),
      };
      const page = { limit: limit ?? (io.json ? null : SCREENFUL), after: after ?? null };
      const { items, total, next } = await withServices(loadConfig(), (services) =>
        findDevices(services, filter, page),
      );
      io.answer({ devices: items, total, next }, () =>
        items.length === 0
          ? 'No device matches. Inventories come in with: clearsite import FILE'
          : [
              table(
                [
                  { head: 'asset' },
                  { head: 'make' },
                  { head: 'model' },
                  { head: 'site' },
                  { head: 'dept' },
                  { head: 'network' },
                  { head: 'finding' },
                ],
                items.map((device) => [
                  device.assetId,
                  device.make,
                  device.model,
                  device.siteId,
                  device.departmentId,
                  device.network,
                  finding(device),
                ]),
              ),
              listEnd(items.length, total, next),
            ].join('\n'),
      );
    },
  );
}

function shownText(device: DeviceDetail): string {
  const { cases, reasons, children, mergedInto, cleared } = device;
  return [
    facts([
      ['Asset', device.assetId],
      ['Finding', `${finding(device)}${cleared ? ', agreed not to be covered' : ''}`],
      ['Make, model', [device.make, device.model].filter((part) => part !== null).join(' ') || null],
      ['Type', device.deviceType],
      ['Serial', device.serial],
      ['MAC, IP', [device.mac, device.ip].filter((part) => part !== null).join(', ') || null],
      ['Site', `${device.siteName} (${device.siteId}, ${device.sensitivity})`],
      ['Department', `${device.departmentName} (${device.departmentId})`],
      ['Network', device.network],
      ['Recorder', device.parentAssetId],
      ['Installed', device.installedOn],
      ['Next upgrade', device.scheduledUpgradeOn],
      ['In scope', device.inScope ? 'yes' : 'no'],
      ['Screened by', `policy ${device.policyVersion}`],
      ...(mergedInto === null ? [] : ([['Merged into', mergedInto]] as const)),
      ...(children.length === 0 ? [] : ([['Records for', children.join(', ')]] as const)),
    ]),
    '',
    'Why:',
    ...reasons.flatMap(({ strength, text, source }) => [
      `  ${strength.padEnd(9)} ${text}`,
      `            Source: ${source}`,
    ]),
    '',
    ...(cases.length === 0
      ? ['No case.']
      : [
          table(
            [{ head: 'case' }, { head: 'spell', align: 'right' }, { head: 'state' }],
            cases.map(({ caseId, spell, status, stage, outcome }) => [
              caseId,
              spell,
              status === 'closed'
                ? `Closed: ${outcome ?? ''}`
                : status === 'opening'
                  ? 'Being opened'
                  : STAGE_SHOWN[stage],
            ]),
          ),
        ]),
  ].join('\n');
}

function configureShow(command: Command): void {
  action(
    command.argument('<id>', 'asset id').addHelpText('after', '\nExample:\n  clearsite devices show CAM-0001'),
    async (io, _, id = '') => {
      const device = await withServices(loadConfig(), (services) => showDevice(services, id));
      io.answer(device, () => shownText(device));
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('devices by asset id'));
  configureShow(command.command('show').description('one device, why it is flagged, and its cases'));
  configureMerge(command.command('merge').description('say that two records are one device'));
  configureTransfer(command.command('transfer').description('move a device to another site'));
}
