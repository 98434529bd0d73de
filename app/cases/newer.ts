import { setTimeout as pause } from 'node:timers/promises';
import { casesCalled } from '../../register/cases';
import { answeredBefore } from '../../register/answers';
import { type Services } from '../services';

/** How long what a case has accepted may take to be in the register, in milliseconds. */
const RECORDED_WITHIN = 2_000;
const POLL = 50;

/** Waits until the register knows of a newer revision of a case, or long enough that it may not come. */
export async function untilNewer(services: Services, caseId: string, revision: number): Promise<void> {
  const pool = await services.register();
  const deadline = Date.now() + RECORDED_WITHIN;
  while (Date.now() < deadline) {
    const [record] = await casesCalled(pool, caseId);
    if (record === undefined || record.revision > revision || record.status === 'closed') return;
    await pause(POLL);
  }
}

/** True where the register holds what followed from a command: it was sent before. */
export async function wasRecorded(services: Services, caseId: string, commandId: string): Promise<boolean> {
  return (await answeredBefore(await services.register(), caseId, commandId)) !== null;
}
