import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Pool } from 'pg';
import { casesBehind } from '../../../app/figures/behind';
import { report, type Report } from '../../../app/figures/report';
import { openServices, type Services } from '../../../app/services';
import { type FlowKind } from '../../../domain/figures/crossings';
import { daysFrom, takenAt } from '../../../domain/figures/days';
import { DAY } from '../../../domain/ladder/ladder';
import { type CaseEvent, type CaseState, project, rebuild } from '../../../domain/lifecycle';
import { type Policy } from '../../../domain/policy/policy';
import { ragOf } from '../../../domain/rag';
import { type Instant, type IsoDate } from '../../../domain/records';
import { loadConfig } from '../../../platform/config';
import { figuresDrift, foldFigures, recountFigures } from '../../../register/figures/fold';
import { OPENED_AT } from '../../support/a-case';
import { seedProgramme } from '../../support/a-programme';
import { playHistories, poolWithClock, type Told } from '../../support/random-histories';
import { startRegister, type TestRegister } from '../../support/stack';

const SEED = Number(process.env['SEED'] ?? Date.now() % 100_000);
const CASES = 36;
const ZONE = 'Europe/London';
const FIRST: IsoDate = '2026-11-22';
const NOW = new Date(Date.parse(OPENED_AT) + 4000 * DAY).toISOString();

let register: TestRegister;
let pool: Pool;
let services: Services;
let policy: Policy;
let told: readonly Told[];

beforeAll(async () => {
  register = await startRegister();
  pool = await poolWithClock(register.databaseUrl);
  services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const started = new Date(Date.parse(OPENED_AT) + 30 * DAY).toISOString();
  policy = await seedProgramme(pool, { startedAt: started });
  await pool.query('UPDATE programmes SET created_at = $1', [OPENED_AT]);
  told = await playHistories(pool, policy, CASES, SEED);
});
afterAll(async () => {
  await services?.close();
  await pool?.end();
  await register?.stop();
});

/** Every case as the audit trail tells it up to an instant: what a person with paper and patience would count. */
function known(
  at: Instant,
): { readonly caseId: string; readonly events: readonly CaseEvent[]; readonly state: CaseState }[] {
  const cases = new Map<string, CaseEvent[]>();
  for (const { caseId, event, recordedAt } of told)
    if (recordedAt <= at) cases.set(caseId, [...(cases.get(caseId) ?? []), event]);
  return [...cases].map(([caseId, events]) => ({ caseId, events, state: rebuild(events) }));
}

interface Counted {
  readonly devices: number;
  readonly mustGo: number;
}

function remaining(at: Instant, department: string | null): Counted {
  const open = known(at).filter(
    ({ state }) => state.outcome === null && (department === null || state.facts?.departmentId === department),
  );
  const mustGo = open.filter(({ state }) => state.facts?.finding === 'covered' || state.confirmedCovered);
  return { devices: open.length, mustGo: mustGo.length };
}

function between(after: Instant, until: Instant): Told[] {
  return told.filter(({ recordedAt }) => recordedAt > after && recordedAt <= until);
}

/** How many devices each kind of change is about, straight from the events. */
function crossings(some: readonly Told[]): Partial<Record<FlowKind, number>> {
  const counts: Partial<Record<FlowKind, number>> = {};
  const add = (kind: FlowKind, by: number): void => {
    counts[kind] = (counts[kind] ?? 0) + by;
  };
  for (const { event, foundAs } of some) {
    if (event.type === 'opened') add(foundAs as FlowKind, 1);
    if (event.type === 'closed')
      add(event.outcome === 'removed' || event.outcome === 'not-covered' ? event.outcome : 'other', -1);
  }
  return counts;
}

const days = fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 200 }));

function lines({ balance }: Report): Partial<Record<FlowKind, number>> {
  return Object.fromEntries(
    balance.lines.filter(({ devices }) => devices !== 0).map(({ kind, devices }) => [kind, devices]),
  );
}

function nonZero(counts: Partial<Record<FlowKind, number>>): Partial<Record<FlowKind, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, devices]) => devices !== 0));
}

const ofDates = (since: IsoDate, asOf: IsoDate, departments: readonly string[] | null = null): Promise<Report> =>
  report(services, { asOf, since, departments }, NOW);

describe(`random histories (SEED=${SEED}) against a recount from the audit trail`, () => {
  test('are full of what has to be told apart', () => {
    const types = new Set(told.map(({ event }) => event.type));
    expect([...types]).toEqual(expect.arrayContaining(['opened', 'assessed', 'retracted', 'transferred', 'closed']));
    expect(new Set(told.map(({ foundAs }) => foundAs)).size).toBeGreaterThan(3);
  });

  test('opening, every line and closing are what the trail says, for the programme', async () => {
    await fc.assert(
      fc.asyncProperty(days, async ([start, length]) => {
        const [since, asOf] = [daysFrom(FIRST, start), daysFrom(FIRST, start + length)];
        const [from, to] = [takenAt(since, ZONE), takenAt(asOf, ZONE)];
        const found = await ofDates(since, asOf);
        expect(found.balance.opening).toMatchObject(remaining(from, null));
        expect(found.balance.closing).toMatchObject(remaining(to, null));
        expect(lines(found)).toEqual(nonZero(crossings(between(from, to))));
        const sum = found.balance.lines.reduce((total, { devices }) => total + devices, found.balance.opening.devices);
        expect(sum).toBe(found.balance.closing.devices);
      }),
      { numRuns: 25, seed: SEED },
    );
  });

  test('and for a department, moves in and out among them; column by column', async () => {
    await fc.assert(
      fc.asyncProperty(days, fc.constantFrom('D-1', 'D-2'), async ([start, length], department) => {
        const [since, asOf] = [daysFrom(FIRST, start), daysFrom(FIRST, start + length)];
        const { balance } = await ofDates(since, asOf, [department]);
        expect(balance.opening).toMatchObject(remaining(takenAt(since, ZONE), department));
        expect(balance.closing).toMatchObject(remaining(takenAt(asOf, ZONE), department));
        for (const column of ['devices', 'mustGo', 'toLookAt'] as const)
          expect(balance.lines.reduce((total, line) => total + line[column], balance.opening[column])).toBe(
            balance.closing[column],
          );
      }),
      { numRuns: 20, seed: SEED },
    );
  });

  async function expectStages(asOf: IsoDate): Promise<void> {
    const at = takenAt(asOf, ZONE);
    const { figures } = await ofDates(daysFrom(asOf, -1), asOf);
    const counts = (of: (state: CaseState) => string | null): Record<string, number> =>
      known(at).reduce<Record<string, number>>((all, { state }) => {
        const key = of(state);
        return key === null ? all : { ...all, [key]: (all[key] ?? 0) + 1 };
      }, {});
    const stages = new Map<string, number>();
    for (const { stage, outcome, devices } of figures.stages) {
      const key = `${stage} ${outcome ?? ''}`;
      stages.set(key, (stages.get(key) ?? 0) + devices);
    }
    expect(Object.fromEntries(stages)).toEqual(counts((state) => `${project(state)!.stage} ${state.outcome ?? ''}`));
    const colours = (['red', 'amber', 'green'] as const).map((colour) => [
      colour,
      figures.departments.reduce((total, row) => total + row[colour], 0),
    ]);
    const ragAt = (state: CaseState): string | null =>
      state.outcome === null ? ragOf(project(state)!.milestones, at, policy.rag.amberWithinDays) : null;
    expect(Object.fromEntries(colours.filter(([, count]) => count !== 0))).toEqual(counts(ragAt));
  }

  test('stages and colours as of any date are those of the cases as they were known then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(500), (day) => expectStages(daysFrom(FIRST, day + 1))),
      { numRuns: 20, seed: SEED },
    );
  });

  test('what was recorded late is shown beside the figures of every day until it was', async () => {
    const kinds: FlowKind[] = [
      'found-at-start',
      'found-later',
      'into-scope',
      'reopened',
      'removed',
      'not-covered',
      'other',
    ];
    let corrected = 0;
    for (let day = 1; day < 120; day += 2) {
      const at = takenAt(daysFrom(FIRST, day), ZONE);
      const { corrections } = await ofDates(daysFrom(FIRST, day - 1), daysFrom(FIRST, day));
      const late = told.filter(({ event, recordedAt }) => event.at <= at && recordedAt > at);
      const shown = Object.fromEntries(corrections.map(({ kind, devices }) => [kind, devices]));
      expect(nonZero(Object.fromEntries(kinds.map((kind) => [kind, shown[kind] ?? 0])))).toEqual(
        nonZero(crossings(late)),
      );
      corrected += late.length;
    }
    expect(corrected).toBeGreaterThan(0);
  });

  test('each figure opens the list of exactly its cases', async () => {
    const [since, asOf] = [daysFrom(FIRST, 20), daysFrom(FIRST, 220)];
    const found = await ofDates(since, asOf);
    const listed = async (behind: Parameters<typeof casesBehind>[1]['behind']): Promise<string[]> => {
      const all: string[] = [];
      for (let after: string | null = null; ;) {
        const query = { asOf, since, departments: null, behind, limit: 3, after };
        const page = await casesBehind(services, query, NOW);
        all.push(...page.cases.map(({ caseId }) => caseId));
        if (page.next === null) return all.sort();
        after = page.next;
      }
    };
    const open = known(takenAt(asOf, ZONE)).filter(({ state }) => state.outcome === null);
    expect(await listed({ figure: 'remaining', stage: null, mustGo: null })).toEqual(
      open.map(({ caseId }) => caseId).sort(),
    );
    const assess = open.filter(({ state }) => project(state)!.stage === 'assess').map(({ caseId }) => caseId);
    expect(await listed({ figure: 'remaining', stage: 'assess', mustGo: null })).toEqual(assess.sort());
    for (const { kind, devices } of found.balance.lines.filter(
      ({ kind }) => kind !== 'other' && kind !== 'confirmed' && kind !== 'unconfirmed',
    ))
      expect((await listed({ figure: kind })).length).toBe(Math.abs(devices));
  });

  test('nothing drifts, and counting everything anew changes no figure', async () => {
    expect(await figuresDrift(pool)).toEqual([]);
    const dates = [40, 90, 200].map((day) => daysFrom(FIRST, day));
    const all = (): Promise<Report[]> => Promise.all(dates.map((asOf) => ofDates(daysFrom(asOf, -30), asOf)));
    const before = await all();
    await recountFigures(pool);
    expect(await all()).toEqual(before);
    expect(await figuresDrift(pool)).toEqual([]);
    await expectStages(dates[1]!);
  });
});

describe('what is out of step', () => {
  test.each([
    [
      'places',
      `UPDATE figure_places SET n = n + 1 WHERE (programme_id, department_id, site_id, must_go, stage, outcome) = (
      SELECT programme_id, department_id, site_id, must_go, stage, outcome FROM figure_places LIMIT 1)`,
    ],
    ['dates', `DELETE FROM figure_dates`],
    ['devices', `UPDATE figure_devices SET n = n + 2`],
    ['flows', `DELETE FROM case_flows WHERE sequence = 1`],
    ['days', `UPDATE figure_flow_days SET n = n - 1`],
  ])('is found and mended: %s', async (of, spoil) => {
    await foldFigures(pool);
    await pool.query(spoil);
    expect((await figuresDrift(pool)).map((drift) => drift.of)).toContain(of);
    await recountFigures(pool);
    expect(await figuresDrift(pool)).toEqual([]);
  });
});
