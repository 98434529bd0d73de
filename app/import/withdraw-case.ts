import { Failure } from '../../domain/errors';
import { casesCalled } from '../../register/cases';
import { act } from '../act';
import { openCase, untilOpen } from '../cases/reopen';
import { type Services } from '../services';
import { type Who } from '../who';
import { type WithdrawCase } from './undo-import';

/** Withdraws cases through their workflows. One that is still `opening` is opened first: its workflow may be on its way. */
export function throughWorkflows(services: Services, who: Who, importId: number): WithdrawCase {
  return async (caseId, reason) => {
    const commandId = `undo-${importId}/${caseId}`;
    const [record] = await casesCalled(await services.register(), caseId);
    if (record === undefined || record.status === 'closed') return;
    if (record.status === 'opening') {
      await openCase(services, caseId);
      await untilOpen(services, caseId, commandId);
    }
    try {
      await act(services, caseId, { type: 'withdraw', outcome: 'withdrawn', reason }, who, { commandId });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'case-closed') throw error;
    }
  };
}
