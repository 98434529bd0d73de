import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../platform/paths';
import { findProgramme } from '../../register/current-policy';
import { importFile } from '../import/import-file';
import { importRequest } from '../import/request';
import { deliverWithoutWaiting } from '../mail/deliver-now';
import { openCases } from '../open-cases';
import { applyPolicyFile } from '../policies';
import { makeDemonstration, startProgramme } from '../programme';
import { type Services } from '../services';
import { type Who } from '../who';

const NOBODY: Who = { as: null, typist: null };

/** Writes the synthetic example programme, with dates relative to today. @returns the folder */
async function writeExample(home: string): Promise<string> {
  const folder = join(home, 'example');
  await mkdir(folder, { recursive: true });
  await promisify(execFile)(process.execPath, [join(packageRoot(), 'examples', 'generate.mjs'), folder]);
  return folder;
}

/**
 * Fills an empty register with the synthetic example programme and starts it; a register that holds a programme is left alone.
 * @returns false where there was one
 */
export async function loadExample(services: Services, log: (line: string) => void): Promise<boolean> {
  if ((await findProgramme(await services.register())) !== null) return false;
  const folder = await writeExample(services.config.home);
  await applyPolicyFile(services, NOBODY, join(folder, 'policy.yaml'));
  await makeDemonstration(services, NOBODY);
  for (const kind of ['sites', 'contacts', 'devices'] as const) {
    const { read, accepted, rejected } = await importFile(services, importRequest(join(folder, `${kind}.csv`), kind));
    log(
      `Example: ${accepted} of ${read} ${kind} imported${rejected > 0 ? `, ${rejected} rejected: see "clearsite imports list"` : ''}`,
    );
  }
  log(`Example: ${await openCases(services)} cases opened`);
  await startProgramme(services, NOBODY);
  // Everybody who sees a demonstration wants to see mail, whatever the hour.
  const { sent, problem } = await deliverWithoutWaiting(services);
  log(
    `Example: ${sent} e-mails sent at once, without waiting for a working morning, since this is a demonstration${problem === null ? '' : ` (${problem})`}`,
  );
  return true;
}
