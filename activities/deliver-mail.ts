import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { deliverMail } from '../app/mail/deliver';
import { type Services } from '../app/services';
import { Failure } from '../domain/errors';
import { type Instant } from '../domain/records';
import { type Activities } from '../workflows/messages';
import { withHeartbeat } from './heartbeat';

/** An error without values: it lands in the history. The schedule runs again anyway, so nothing is retried here. */
function withoutValues(error: unknown): ApplicationFailure {
  if (error instanceof Failure) return ApplicationFailure.nonRetryable(error.message, error.code);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return ApplicationFailure.nonRetryable(`Mail could not be delivered (${code}).`, 'delivery-error');
}

/**
 * The activity that sends the mail that is due; see {@link Activities.deliverMail}.
 * @param clock by default the system's
 */
export function makeDeliverMail(services: Services, clock?: () => Instant): Activities['deliverMail'] {
  return async () => {
    const signal = Context.current().cancellationSignal;
    try {
      const report = await withHeartbeat(() =>
        deliverMail(services, { signal, ...(clock === undefined ? {} : { clock }) }),
      );
      if (report.problem !== null) log.warn('mail stopped', { ...report });
      else if (report.sent + report.failed + report.postponed > 0) log.info('mail delivered', { ...report });
      return report;
    } catch (error) {
      throw withoutValues(error);
    }
  };
}
