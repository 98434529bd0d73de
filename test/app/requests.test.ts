import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyAudit } from '../../app/audit/verify';
import { decide, EXCEPTIONS, EXTENSIONS, findRequests } from '../../app/requests';
import { type Failure } from '../../domain/errors';
import { HEAD, MANAGER, OFFICER, on, OWNER, POLICY, RunningProgramme, SRO } from './a-running-programme';

let running: RunningProgramme;

beforeAll(async () => {
  running = await RunningProgramme.start(POLICY);
}, 600_000);
afterAll(async () => {
  await running?.stop();
});

/** A day far beyond removal's budget, and one within the limits of a programme manager. */
const LATER = on(260);

function asks(id: string, options: object = {}, typist = OWNER) {
  const given = { stage: 'remove', on: LATER, reason: 'supply', text: 'The lens is on back order.', ...options };
  return running.act(typist, id, 'request-extension', given);
}

function asksToStay(id: string, options: object = {}, typist = OWNER) {
  const given = { until: on(200), control: 'Own network, no route out.', text: 'No part fits.', ...options };
  return running.act(typist, id, 'request-exception', given);
}

const agree = (typist: string, id: string, options: object = {}) =>
  running.act(typist, id, 'decide-extension', { verdict: 'agree', conditions: 'Order it by Friday.', ...options });

async function states(id: string): Promise<string[]> {
  return (await running.show(id)).requests.map(({ ask, state }) => `${ask.kind} ${state}`);
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: Failure) => error.code,
  );

describe('more time, from the request to the new date', () => {
  test('the date moves when it is agreed to; old date, new date, reason, conditions and who are in the trail', async () => {
    const id = await running.device();
    const before = await running.dueOf(id, 'remove');
    await asks(id);
    expect(await running.dueOf(id, 'remove')).toEqual(before);
    await agree(MANAGER, id);

    const after = await running.dueOf(id, 'remove');
    const { due } = after;
    // 17:00 in London, winter or summer.
    expect(due).toMatch(new RegExp(`^${LATER}T1[67]:00:00.000Z$`));
    expect(after).toEqual({ due, rule: 'extension', baseline: before.baseline });
    const shown = await running.show(id);
    const remove = shown.milestones.find(({ stage }) => stage === 'remove');
    expect(remove?.why).toEqual([{ rule: 'extension', due }]);
    const name = (contact: string): string => shown.people[contact]!.name;
    const [asked, decided, planned] = shown.audit.slice(-3);
    expect(asked).toMatchObject({
      type: 'requested',
      payload: { ask: { due, reason: 'supply' }, text: 'The lens is on back order.' },
    });
    expect(decided).toMatchObject({
      type: 'decided',
      payload: { verdict: 'agreed', was: before.due, conditions: 'Order it by Friday.' },
    });
    expect(planned).toMatchObject({
      type: 'planned',
      payload: { moved: expect.arrayContaining([{ stage: 'remove', was: before.due, due }]) },
    });
    expect([asked, decided].map((event) => name(event!.actor))).toEqual(['Olive Owner', 'Mara Manager']);
    expect(shown.requests).toMatchObject([
      { state: 'agreed', conditions: 'Order it by Friday.', agreedBefore: 0, decidedBy: decided!.actor },
    ]);
    expect((await verifyAudit(running.services, { id: shown.caseId, depth: 'deep' })).breaks).toEqual([]);
  });

  test('the request goes to the programme manager, the answer to who asked and who does the work', async () => {
    const id = await running.device();
    await asks(id, {}, HEAD);
    const kinds = ['decision', 'more-time-agreed', 'more-time-refused'];
    expect(await running.mail(id, kinds)).toMatchObject([
      { kind: 'decision', contact: 'programme-manager', stage: 'remove', state: 'pending' },
    ]);
    await running.act(MANAGER, id, 'decide-extension', { verdict: 'refuse', conditions: 'It is in stock.' });
    expect((await running.mail(id, kinds)).map(({ kind, contact, state }) => [kind, contact, state])).toEqual([
      ['decision', 'programme-manager', 'superseded'],
      ['more-time-refused', 'task-owner', 'pending'],
      ['more-time-refused', 'head', 'pending'],
    ]);
    await asks(id);
    await agree(MANAGER, id);
    expect((await running.mail(id, ['more-time-agreed'])).map(({ contact }) => contact)).toEqual(['task-owner']);
  });

  test('beyond the policy’s limits, in length or in number, the SRO is asked and alone can agree', async () => {
    const id = await running.device();
    await asks(id, { on: on(400) });
    expect((await running.show(id)).requests[0]).toMatchObject({ needs: 'sro' });
    expect(await running.mail(id, ['decision'])).toMatchObject([{ contact: 'sro' }]);
    expect(await codeOf(agree(MANAGER, id))).toBe('not-allowed');
    await agree(SRO, id);
    for (const days of [410, 420]) {
      await asks(id, { on: on(days) });
      await agree(SRO, id);
    }
    const needs = (await running.show(id)).requests.map((one) => one.needs);
    // Two of a stage are the programme manager's; the third is not.
    expect(needs).toEqual(['sro', 'programme-manager', 'sro']);
  });

  test('nobody decides what they asked for, in whoever’s name; nobody of a department decides at all', async () => {
    const id = await running.device();
    await asks(id, {}, MANAGER);
    expect(await codeOf(agree(MANAGER, id))).toBe('same-person');
    expect(await codeOf(running.act(MANAGER, id, 'decide-extension', { verdict: 'agree' }, { as: SRO }))).toBe(
      'same-person',
    );
    for (const typist of [OWNER, OFFICER, HEAD]) expect(await codeOf(agree(typist, id))).toBe('not-allowed');
    expect(await codeOf(running.act(OWNER, id, 'decide-extension', { verdict: 'agree' }, { as: SRO }))).toBe(
      'not-allowed',
    );
    expect(await states(id)).toEqual(['extension pending']);
    await agree(SRO, id);
    expect(await states(id)).toEqual(['extension agreed']);
  });

  test('of two who decide at once one is heard, and the other is told that nothing waits any more', async () => {
    const id = await running.device();
    await asks(id);
    const refuse = running.act(SRO, id, 'decide-extension', { verdict: 'refuse', conditions: 'No.' });
    const codes = await Promise.all([codeOf(agree(MANAGER, id)), codeOf(refuse)]);
    const told = codes.filter((code) => code !== 'ok');
    expect(told).toHaveLength(1);
    expect(['not-pending', 'nothing-pending']).toContain(told[0]);
    expect((await running.trail(id)).filter((type) => type === 'decided')).toHaveLength(1);
  });

  test('what waits is listed and decided by its number', async () => {
    const id = await running.device();
    await asks(id);
    const filter = { kinds: EXTENSIONS, state: 'pending', departmentId: 'D-AG' } as const;
    const found = (await findRequests(running.services, filter)).find(({ assetId }) => assetId === id)!;
    expect(found).toMatchObject({ state: 'pending', ask: { kind: 'extension', stage: 'remove' }, agreedBefore: 0 });
    const who = { as: null, typist: MANAGER };
    const wanted = { requestId: found.requestId, verdict: 'agreed', conditions: '' } as const;
    expect(await codeOf(decide(running.services, EXCEPTIONS, wanted, who))).toBe('unknown-request');
    await decide(running.services, EXTENSIONS, wanted, who);
    expect(await codeOf(decide(running.services, EXTENSIONS, wanted, who))).toBe('not-pending');
    expect(await states(id)).toEqual(['extension agreed']);
  });
});

describe('a device that may stay', () => {
  const decides = (typist: string, id: string) =>
    running.act(typist, id, 'decide-exception', { verdict: 'agree', conditions: 'Until the mast is rebuilt.' });

  test('is in breach with approval until a day; its dates stay, and its renewals are counted', async () => {
    const id = await running.device();
    const before = await running.dueOf(id, 'assess');
    await asksToStay(id);
    await decides(MANAGER, id);
    const shown = await running.show(id);
    expect(shown.exception?.until.slice(0, 10)).toBe(on(200));
    expect(await running.dueOf(id, 'assess')).toEqual(before);
    await asksToStay(id, { until: on(230) });
    await decides(MANAGER, id);
    expect((await running.show(id)).exception).toMatchObject({ until: expect.stringContaining(on(230)), renewals: 1 });
    // The third is beyond what a programme manager may agree to.
    await asksToStay(id, { until: on(240) });
    expect(await codeOf(decides(MANAGER, id))).toBe('not-allowed');
    expect((await running.mail(id, ['stay-agreed'])).map(({ contact }) => contact)).toEqual([
      'task-owner',
      'task-owner',
    ]);
  });

  test('is reminded of by nothing that waits to be sent', async () => {
    const id = await running.device();
    await running.pool.query(
      `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at)
       SELECT gen_random_uuid(), programme_id, case_id, (SELECT contact_id FROM contacts WHERE email = $2), 'reminder', 'assess', due_at
       FROM cases WHERE asset_id = $1`,
      [id, OWNER],
    );
    await asksToStay(id);
    expect(await running.mail(id, ['reminder'])).toMatchObject([{ state: 'pending' }]);
    await decides(MANAGER, id);
    expect(await running.mail(id, ['reminder'])).toMatchObject([{ state: 'superseded' }]);
  });
});

describe('what nobody decided', () => {
  test('lapses when the case ends, and its mail is not sent', async () => {
    const id = await running.device();
    await asks(id);
    await asksToStay(id);
    await running.act(MANAGER, id, 'withdraw', { reason: 'Sold.' });
    expect(await states(id)).toEqual(['extension lapsed', 'exception lapsed']);
    expect((await running.mail(id, ['decision'])).map(({ state }) => state)).toEqual(['superseded', 'superseded']);
    expect(await codeOf(agree(MANAGER, id))).toBe('nothing-pending');
  });
});

describe('an upgrade moved by a person', () => {
  const move = (typist: string, id: string, to: string) =>
    running.act(typist, id, 'move-upgrade', { to, reason: 'The contractor wrote.' });

  test('earlier moves the dates at once, and the inventory says so from then on', async () => {
    const id = await running.device(on(150));
    const before = await running.dueOf(id, 'remove');
    expect(before.rule).toBe('before-upgrade');
    await move(OWNER, id, on(120));
    const after = await running.dueOf(id, 'remove');
    expect(after.due < before.due).toBe(true);
    expect(after.baseline).toBe(before.baseline);
    expect(await running.mail(id, ['date-moved'])).toEqual([]);
    await running.apply(POLICY.replace('assess: 20', 'assess: 19'));
    await running.replan();
    await running.apply(POLICY);
    await running.replan();
    expect(await running.dueOf(id, 'remove')).toEqual(after);
  });

  test('later waits for the programme manager, and stands once agreed, whatever policy comes', async () => {
    const id = await running.device(on(100));
    const before = await running.dueOf(id, 'remove');
    await move(OWNER, id, on(150));
    expect(await running.dueOf(id, 'remove')).toEqual(before);
    expect(await states(id)).toEqual(['later-dates pending']);
    await agree(MANAGER, id);
    const after = await running.dueOf(id, 'remove');
    expect(after.due > before.due).toBe(true);
    await running.apply(POLICY.replace('assess: 20', 'assess: 18'));
    await running.replan();
    await running.apply(POLICY);
    await running.replan();
    expect(await running.dueOf(id, 'remove')).toEqual(after);
  });

  test('later by the programme manager moves the dates at once', async () => {
    const id = await running.device(on(100));
    const before = await running.dueOf(id, 'remove');
    await move(MANAGER, id, on(150));
    expect((await running.dueOf(id, 'remove')).due > before.due).toBe(true);
    expect(await states(id)).toEqual([]);
  });
});
