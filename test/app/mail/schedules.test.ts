import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { makeDeliverMail } from '../../../activities/deliver-mail';
import { makeReconcile } from '../../../activities/reconcile';
import { makeRecord } from '../../../activities/record';
import { deliverNow, ensureSchedules, SCHEDULES } from '../../../app/schedules';
import { openServices, type Services } from '../../../app/services';
import { type CaseWorker, startCaseWorker } from '../../support/case-worker';
import { startStack, type TestStack } from '../../support/stack';
import { until } from '../../support/until';
import { MailRegister, STARTED } from './a-register';

let stack: TestStack;
let register: MailRegister;
let services: Services;
let worker: CaseWorker;

beforeAll(async () => {
  stack = await startStack();
  register = await MailRegister.start(STARTED, stack);
  services = openServices(stack.config);
  const { pool } = register;
  worker = await startCaseWorker(stack, pool, {
    activities: {
      record: makeRecord(pool),
      // In working hours, at whatever hour the test runs.
      deliverMail: makeDeliverMail(services, () => STARTED),
      reconcile: makeReconcile(services),
    },
  });
}, 600_000);
afterAll(async () => {
  await worker.stop();
  await services.close();
  await register.stop();
});

const received = (): string[] => readdirSync(stack.mailFolder).filter((name) => name.endsWith('.eml'));

describe('the schedules', () => {
  test('are made once, kept up to date, and stay paused where somebody paused them', async () => {
    const client = await services.temporal();
    await Promise.all([ensureSchedules(client), ensureSchedules(client)]);
    const handle = client.schedule.getHandle(SCHEDULES.deliverMail);
    await handle.update((schedule) => ({ ...schedule, spec: { intervals: [{ every: '1 day' }] } }));
    await handle.pause('over the weekend');
    await ensureSchedules(client);
    const { spec, state, action } = await handle.describe();
    expect(spec.intervals).toMatchObject([{ every: 60_000 }]);
    expect(state).toMatchObject({ paused: true, note: 'over the weekend' });
    expect(action).toMatchObject({ workflowType: 'mailDelivery', taskQueue: 'clearsite' });
    const listed = async (): Promise<string[]> => {
      const ids: string[] = [];
      for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
      return ids.sort();
    };
    await until(async () => (await listed()).length >= 2);
    expect(await listed()).toEqual(['deliver-mail', 'reconcile']);
    await handle.unpause();
  });

  test('a delivery run can be asked for, and sends what is due', async () => {
    await register.row(null, { contact: 'c_officer', kind: 'dead-address', stage: null, due: null, about: 'c_owner' });
    await deliverNow(services);
    await until(() => Promise.resolve(received().length > 0));
    const raw = readFileSync(join(stack.mailFolder, received()[0]!));
    const mail = await PostalMime.parse(raw);
    expect(mail.to).toEqual([{ address: 'officer@ag.example', name: 'Name of c_officer' }]);
    await until(async () => (await register.states())[0] === 'c_officer dead-address sent');
    const client = await services.temporal();
    const handle = client.schedule.getHandle(SCHEDULES.deliverMail);
    await until(async () => (await handle.describe()).info.recentActions.length > 0);
    const [last] = (await handle.describe()).info.recentActions;
    const { workflow } = last!.action as { workflow: { workflowId: string } };
    expect(await client.workflow.getHandle(workflow.workflowId).result()).toBeUndefined();
  });
});
