import { Failure } from '../../domain/errors';
import { theProgramme } from '../../register/current-policy';
import { type Services } from '../services';
import { deliverMail, type DeliveryReport } from './deliver';

/**
 * Sends everything that waits, whenever it may leave: a demonstration has no time to wait for a working morning. Holds
 * still hold, and so does the rest of what a delivery run does.
 * @throws Failure `not-a-demonstration` (exit 1), and those of {@link deliverMail}
 */
export async function deliverWithoutWaiting(services: Services): Promise<DeliveryReport> {
  const { demo, programmeId } = await theProgramme(await services.register());
  if (!demo) {
    throw new Failure(
      'not-a-demonstration',
      `Programme ${programmeId} is for real: its mail leaves at the policy's pace.`,
      {
        exit: 1,
        hint: 'See when each message leaves: "clearsite mail preview". To change it: the section "mail" of the policy.',
      },
    );
  }
  return deliverMail(services, { pace: 'ignored' });
}
