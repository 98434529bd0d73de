import { type Command } from 'commander';
import { readPolicyFile } from '../app/policy-file';
import { screenDevice } from '../app/screen-device';
import { shippedPolicy } from '../app/shipped-policy';
import { Failure } from '../domain/errors';
import { MAC_NOTATIONS, parseMac } from '../domain/mac';
import { type Policy } from '../domain/policy/policy';
import { type ScreenedDevice, type Screening } from '../domain/screening/screening';
import { DECISION_SHOWN, LISTED_ONLY, SCREENING_SHOWN } from '../domain/wording';
import { action } from './command';

interface Options {
  readonly make: string;
  readonly model?: string;
  readonly mac?: string;
  readonly site?: string;
  readonly type?: string;
  readonly policy?: string;
}

const HELP = `
Without --site no service is needed, and the shipped UK policy is used unless --policy names another.
With --site the register says how sensitive the site is, and the applied policy is used unless --policy names another.
Exit code: 0 you can install it, 1 ask first or do not install it.

Examples:
  clearsite screen --make Hikvision --model DS-2CD2143G0-I
  clearsite screen --make "Axis Communications" --mac 00:40:8c:12:34:56 --type "dome camera"
  clearsite screen --make unknown --mac 4419.b612.3456 --site HQ-1 --json`;

async function rules(options: Options): Promise<{ readonly policy: Policy; readonly device: ScreenedDevice }> {
  const device = {
    make: options.make,
    model: options.model ?? null,
    mac: options.mac === undefined ? null : readMac(options.mac),
    deviceType: options.type ?? null,
  };
  const named = options.policy === undefined ? null : await readPolicyFile(options.policy);
  if (options.site === undefined) return { policy: named ?? (await readPolicyFile(shippedPolicy())), device };
  // Loaded only here: a question without a site must not pay for the register's and Temporal's clients.
  const { rulesForSite } = await import('../app/screen-site');
  const { withServices } = await import('../app/services');
  const { loadConfig } = await import('../platform/config');
  const siteId = options.site;
  const { policy, sensitivity } = await withServices(loadConfig(), (services) => rulesForSite(services, siteId, named));
  return { policy, device: { ...device, sensitivity } };
}

function readMac(text: string): string | null {
  if (text.trim() === '') return null;
  const mac = parseMac(text);
  if (mac !== null) return mac;
  throw new Failure('bad-mac', `"${text}" is not a MAC address.`, { hint: `write it as ${MAC_NOTATIONS}.` });
}

function sentences(screening: Screening): string {
  const reasons = screening.reasons.flatMap(({ strength, text, source }) => [
    `  ${strength.padEnd(9)} ${text}`,
    `            Source: ${source}`,
  ]);
  const { result, decision, inScope } = screening;
  const listed = result === 'covered' && !inScope ? LISTED_ONLY : SCREENING_SHOWN[result];
  return [`${DECISION_SHOWN[decision]}.`, `In an inventory it is listed as: ${listed}.`, ...reasons].join('\n');
}

export function configure(command: Command): void {
  action<Options>(
    command
      .requiredOption('--make <make>', 'who made it, as the label or the offer says; "" or unknown where nobody knows')
      .option('--model <model>', 'model number or name')
      .option('--mac <address>', 'MAC address, in any usual notation')
      .option('--site <id>', 'the site that it is meant for')
      .option('--type <type>', 'what it is, e.g. "dome camera"')
      .option('--policy <file>', 'screen by this policy file')
      .addHelpText('after', HELP),
    async (io, options) => {
      const { policy, device } = await rules(options);
      const screening = screenDevice(policy, device, new Date());
      const { result, decision, reasons } = screening;
      io.answer({ result, decision, reasons }, () => sentences(screening));
      return decision === 'allow' ? 0 : 1;
    },
  );
}
