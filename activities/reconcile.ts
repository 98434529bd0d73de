import { reconcile } from '../app/reconcile';
import { type Services } from '../app/services';
import { findProgramme } from '../register/current-policy';
import { type Activities } from '../workflows/messages';
import { withHeartbeat } from './heartbeat';

/** The activity that checks that every flagged device has its case; before a policy has been applied there is nothing to check. */
export function makeReconcile(services: Services): Activities['reconcile'] {
  return async () => {
    if ((await findProgramme(await services.register())) === null) return { opened: 0, findings: 0 };
    const { opened, findings } = await withHeartbeat(() => reconcile(services));
    return { opened, findings: findings.length };
  };
}
