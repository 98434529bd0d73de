import { DAY } from '../../domain/ladder/ladder';
import { type CommandBody, SYSTEM } from '../../domain/lifecycle';
import { day, decision, DO, MANAGER, OFFICER, planOf, retract } from '../support/a-case';
import { type Cases, planFromNow } from '../support/case-worker';
import { fastForward } from '../support/virtual-time';

/** Takes a new case down one path. @returns its id */
export type Path = (cases: Cases) => Promise<string>;

const book = (): CommandBody => ({
  ...DO.book,
  on: new Date(Date.now() + 20 * DAY).toISOString().slice(0, 10),
  forecast: new Date(Date.now() + 20 * DAY).toISOString(),
});

async function opened(cases: Cases, ...commands: readonly CommandBody[]): Promise<string> {
  const caseId = await cases.open(planFromNow());
  for (const body of commands) await cases.send(caseId, body);
  return caseId;
}

async function verified(cases: Cases, caseId: string): Promise<string> {
  await cases.send(caseId, DO.verify, { by: OFFICER });
  await cases.ended(caseId);
  return caseId;
}

/** A path for each way through the lifecycle; the name is the file's. */
export const PATHS: Readonly<Record<string, Path>> = {
  happy: async (cases) => verified(cases, await opened(cases, DO.covered, DO.disconnect, book(), DO.remove)),
  'already-removed': async (cases) => verified(cases, await opened(cases, DO.alreadyRemoved)),
  'not-covered-by-agreement': async (cases) => {
    const caseId = await opened(cases, DO.notCovered);
    await cases.send(caseId, { ...DO.notCovered, evidence: null }, { by: OFFICER });
    await cases.ended(caseId);
    return caseId;
  },
  'not-found': async (cases) => {
    const caseId = await opened(cases, DO.submit, DO.notFound);
    await cases.ended(caseId);
    return caseId;
  },
  retract: async (cases) => {
    const caseId = await opened(cases, DO.alreadyRemoved, retract('assess'), DO.covered, DO.disconnect, book());
    for (const body of [retract('schedule'), book(), DO.remove, retract('remove'), DO.remove])
      await cases.send(caseId, body);
    return verified(cases, caseId);
  },
  withdrawn: async (cases) => {
    const caseId = await opened(cases, DO.covered);
    await cases.send(caseId, DO.withdraw, { by: MANAGER });
    await cases.ended(caseId);
    return caseId;
  },
  transferred: async (cases) => {
    const caseId = await opened(cases, DO.covered, { type: 'reassign', to: 'c_head' });
    await cases.send(caseId, { type: 'transfer', siteId: 'S-3', departmentId: 'D-HS' }, { by: MANAGER });
    await cases.send(caseId, DO.disconnect);
    return caseId;
  },
  absorbed: async (cases) => {
    const caseId = await opened(cases, DO.covered);
    const plan = { ...planOf(2, new Date(Date.now() - DAY).toISOString()) };
    await cases.send(caseId, { ...DO.absorb, plan }, { by: MANAGER });
    return caseId;
  },
  'started-later': async (cases) => {
    const caseId = await cases.open(null, { offCore: true });
    await cases.send(caseId, DO.covered);
    await cases.send(caseId, { type: 'replan', plan: planFromNow(), reason: 'programme started' }, { by: SYSTEM });
    await cases.send(caseId, { type: 'replan', plan: planOf(2, day(0)), reason: 'moved' }, { by: SYSTEM });
    return caseId;
  },
  'late-ladder': async (cases) => {
    const caseId = await opened(cases, { type: 'acknowledge', until: new Date(Date.now() + 5 * DAY).toISOString() });
    await fastForward(cases.client, caseId, 60 * DAY);
    await cases.send(caseId, DO.covered);
    await fastForward(cases.client, caseId, 30 * DAY);
    return caseId;
  },
  'more-time': async (cases) => {
    const caseId = await opened(cases, DO.covered);
    const later = (days: number) => new Date(Date.now() + days * DAY).toISOString();
    for (const [days, verdict] of [[120, 'agreed'], [140, 'refused']] as const) {
      await cases.send(caseId, { ...DO.moreTime, ask: { ...DO.moreTime.ask, due: later(days) } });
      const { state } = await cases.view(caseId);
      const plan = verdict === 'agreed' ? planOf(2, later(20)) : null;
      await cases.send(caseId, decision(state, verdict, { plan }), { by: MANAGER });
    }
    return caseId;
  },
  'allowed-to-stay': async (cases) => {
    const caseId = await opened(cases, DO.covered);
    const until = new Date(Date.now() + 60 * DAY).toISOString();
    await cases.send(caseId, { ...DO.toStay, ask: { ...DO.toStay.ask, until } });
    await cases.send(caseId, decision((await cases.view(caseId)).state), { by: MANAGER });
    await fastForward(cases.client, caseId, 70 * DAY);
    await cases.send(caseId, DO.disconnect);
    return caseId;
  },
  'later-dates': async (cases) => {
    const caseId = await opened(cases);
    const facts = { upgradeOn: '2031-01-06', sensitivity: 'sensitive' } as const;
    const plan = planOf(2, new Date(Date.now() + 30 * DAY).toISOString());
    await cases.send(caseId, { type: 'revise', facts, plan, reason: 'the next upgrade moved' });
    await cases.send(caseId, decision((await cases.view(caseId)).state, 'agreed', { plan }), { by: MANAGER });
    return caseId;
  },
  'refused-and-repeated': async (cases) => {
    const caseId = await opened(cases, DO.covered);
    await cases.send(caseId, DO.remove).catch(() => undefined);
    await Promise.allSettled([DO.disconnect, DO.disconnect, DO.submit].map((body) => cases.send(caseId, body)));
    return caseId;
  },
};

/** Longer than the server that records it lets a history be; see `record.ts`. */
export const CONTINUED = 'continued-as-new';
export const continued: Path = (cases) => {
  const acknowledge = (days: number): CommandBody => ({ type: 'acknowledge', until: day(4000 + days) });
  return opened(cases, DO.covered, ...Array.from({ length: 12 }, (_, index) => acknowledge(index)));
};
