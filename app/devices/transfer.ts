import { Failure } from '../../domain/errors';
import { type Actor, SYSTEM } from '../../domain/lifecycle';
import { isSiteInScope, type Policy } from '../../domain/policy/policy';
import { deviceTypeFinder } from '../../domain/screening/device-type';
import { casesCalled } from '../../register/cases';
import { policyOf, theProgramme } from '../../register/current-policy';
import {
  noteTransfer,
  type TransferOrder,
  type UnfinishedTransfer,
  unfinishedTransfers,
} from '../../register/transfers';
import { sendCommand } from '../act';
import { openCase, untilOpen } from '../cases/reopen';
import { type Services } from '../services';
import { type Who } from '../who';
import { programmeActor } from './actor';

export interface TransferRequest {
  readonly assetId: string;
  readonly siteId: string;
  readonly reason: string;
}

export interface TransferAnswer {
  readonly assetId: string;
  readonly fromSiteId: string;
  readonly siteId: string;
  readonly departmentId: string;
  /** The live case that moved with it, or was opened because of the new site; null where there is none. */
  readonly caseId: string | null;
  readonly opened: boolean;
}

function scopeBy(policy: Policy): TransferOrder['inScope'] {
  const typeOf = deviceTypeFinder(policy);
  return (deviceType, sensitivity) => typeOf(deviceType)?.scope !== 'out' && isSiteInScope(policy, sensitivity);
}

/** Tells the case where its device is now: dates stay, the old owner's mail ends, the new owner gets one letter. */
async function finish(services: Services, transfer: UnfinishedTransfer, actor: Actor): Promise<void> {
  const { caseId, status, siteId, departmentId, logId } = transfer;
  if (status === 'opening') {
    await openCase(services, caseId);
    await untilOpen(services, caseId, 'open');
  }
  try {
    await sendCommand(await services.temporal(), caseId, {
      type: 'transfer',
      siteId,
      departmentId,
      commandId: `transfer/${logId}`,
      actor,
      expectedRevision: null,
    });
  } catch (error) {
    // A case that opened after the device had moved knows its place; one that closed needs none.
    if (!(error instanceof Failure) || !['unchanged', 'case-closed', 'not-running'].includes(error.code)) throw error;
  }
}

/**
 * Finishes transfers that were noted and then interrupted; called by `reconcile`.
 * @returns the asset ids
 */
export async function finishTransfers(services: Services): Promise<string[]> {
  const transfers = await unfinishedTransfers(await services.register(), null);
  for (const transfer of transfers) await finish(services, transfer, SYSTEM);
  return transfers.map(({ assetId }) => assetId);
}

/**
 * Moves a device to another site, of the same department or another. Repeating it finishes what was interrupted.
 * @throws Failure `unknown-device`, `unknown-site`, `merged-before`, `unchanged`, `reason-needed`, `not-allowed`
 */
export async function transferDevice(services: Services, request: TransferRequest, who: Who): Promise<TransferAnswer> {
  const { assetId, siteId } = request;
  const reason = request.reason.trim();
  if (reason === '') throw new Failure('reason-needed', 'Say why the device belongs to the other site.');
  const actor = await programmeActor(services, assetId, who);
  await services.temporal();
  const pool = await services.register();
  const policy = await policyOf(pool, (await theProgramme(pool)).programmeId);
  const noted = await noteTransfer(pool, { assetId, siteId, actor: actor.id, reason, inScope: scopeBy(policy) });
  const [unfinished] = await unfinishedTransfers(pool, assetId);
  if (noted.unchanged && unfinished === undefined) {
    throw new Failure('unchanged', `${assetId} is at site ${siteId} already.`, { exit: 1 });
  }
  if (unfinished !== undefined) await finish(services, unfinished, actor);
  if (noted.addedCaseId !== null) await openCase(services, noted.addedCaseId);
  const live = (await casesCalled(pool, assetId)).find(({ status }) => status !== 'closed');
  return {
    assetId,
    fromSiteId: noted.fromSiteId,
    siteId,
    departmentId: noted.toDepartmentId,
    caseId: live?.caseId ?? null,
    opened: noted.addedCaseId !== null,
  };
}
