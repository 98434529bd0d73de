import { openAfterImport, type Opening } from '../app/import/open-after-import';
import { type AppliedFile, applyPolicyFile, type TriedFile, tryPolicyFile } from '../app/policies';
import { readPolicyFile } from '../app/policy-file';
import { makeDemonstration } from '../app/programme';
import { type Services, withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { type Io } from './command';
import { progressBar } from './output';
import { changesText } from './policy-text';
import { datesPreviewText, datesText } from './dates-text';
import { rescreenProgress, rescreenText } from './rescreen-text';

export interface ApplyOptions {
  readonly demo?: true;
  readonly dryRun?: true;
}

/** What became of the rules. */
function rulesText({ outcome, programmeId, version, changes, rescreened }: AppliedFile): string {
  switch (outcome) {
    case 'created':
      return `Programme ${programmeId} begins with policy version ${version}.`;
    case 'unchanged': {
      const done = rescreened.devices === 0 ? 'nothing changed' : 'what had been left is finished';
      return `Policy ${programmeId}, version ${version}, ruled already: ${done}.`;
    }
    case 'updated':
      return `Policy ${programmeId} is now version ${version}.\n${changesText(changes)}`;
  }
}

function appliedText(applied: AppliedFile, opening: Opening | null): string {
  const devices = rescreenText(applied.rescreened, opening);
  const dates = datesText(applied.casesReplanning, opening);
  return [rulesText(applied), ...dates, ...(devices.length === 0 ? [] : ['', ...devices])].join('\n');
}

/** Starts the cases that the screening asked for, now or before it was interrupted. */
async function open(
  services: Services,
  { outcome, rescreened, casesReplanning }: AppliedFile,
): Promise<Opening | null> {
  const { casesAskedFor, devices } = rescreened;
  const resumed = outcome === 'unchanged' && devices > 0;
  if (casesAskedFor + casesReplanning === 0 && !resumed) return null;
  const bar = progressBar('Opening and planning cases');
  try {
    return await openAfterImport(services, (started) => bar.update(started, casesAskedFor + casesReplanning));
  } finally {
    bar.stop();
  }
}

/** What a dry run found. */
function triedText({ outcome, programmeId, version, changes, rescreen, dates }: TriedFile, zone: string): string {
  const screening = rescreen ? ['Devices would be screened again; which would change is not worked out here.'] : [];
  switch (outcome) {
    case 'created':
      return `Dry run: nothing has been changed. Programme ${programmeId} would begin with policy version ${version}.`;
    case 'unchanged':
      return `Dry run: policy ${programmeId}, version ${version}, rules already.`;
    case 'updated':
      return [
        `Dry run: nothing has been changed. Policy ${programmeId} would be version ${version}.`,
        changesText(changes),
        ...screening,
        ...(dates === null ? ['No due date would move.'] : datesPreviewText(dates, zone)),
      ].join('\n');
  }
}

/** `policy apply --dry-run`: says what would change and which dates would move. */
export async function tryAndTell(io: Io, file: string): Promise<void> {
  const { zone } = await readPolicyFile(file);
  const tried = await withServices(loadConfig(), (services) => tryPolicyFile(services, io.who, file));
  io.answer(tried, () => triedText(tried, zone));
}

/** `policy apply`: puts a policy in force, screens the devices by it, opens the cases and says what there is to decide. */
export async function applyAndTell(io: Io, file: string, { demo }: ApplyOptions): Promise<void> {
  const progress = rescreenProgress(io);
  await withServices(loadConfig(), async (services) => {
    const applied = await applyPolicyFile(services, io.who, file, progress.report).finally(progress.stop);
    if (demo) await makeDemonstration(services, io.who);
    const opening = await open(services, applied);
    io.answer({ ...applied, opening }, () => appliedText(applied, opening));
  });
}
