import { describe, expect, test } from '@jest/globals';
import { Dates, planFor, RUNGS_AT_A_TIME, rungsFrom } from '../../../app/plan';
import { workingDaysBetween } from '../../../domain/calendar';
import { type Rung } from '../../../domain/ladder/ladder';
import {
  type CaseState,
  type CommandBody,
  currentStages,
  isCurrent,
  nextWake,
  project,
  rungsInHand,
  SYSTEM,
} from '../../../domain/lifecycle';
import { type NoticeKind, noticesOf, standing } from '../../../domain/notices/notices';
import { type Instant } from '../../../domain/records';
import { type Role, ROLES, type WorkStage } from '../../../domain/vocabulary';
import { accept, DO, FACTS, OFFICER, opened, OWNER } from '../../support/a-case';
import { examplePolicy } from '../../support/a-programme';
import { calendarFor } from '../../support/calendars';

const NATION = 'england-and-wales';
const POLICY = examplePolicy({ sensitive: null, unassessed: null });
const CALENDAR = calendarFor(NATION);
const DATES = new Dates(POLICY, NATION);
/** A Monday morning; eighteen months later. */
const START: Instant = '2026-11-23T09:00:00.000Z';
const END: Instant = '2028-05-23T09:00:00.000Z';

const ACTS: Readonly<Record<WorkStage, CommandBody>> = {
  assess: DO.covered,
  disconnect: DO.disconnect,
  schedule: { ...DO.book, on: '2028-06-01' },
  remove: DO.remove,
  verify: DO.verify,
};

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeStyle: 'short' });

/** The README's table. */
const LATE = { 'task-owner': 16, 'security-officer': 6, head: 5, 'programme-manager': 5, sro: 5 };
const NEVER = { 'task-owner': 74, 'security-officer': 70, head: 70, 'programme-manager': 70, sro: 70 };

/** Something that somebody is told: what is said to them at one instant is said in one e-mail. */
interface Said {
  readonly at: Instant;
  readonly role: Role;
  readonly stage: WorkStage;
  readonly kind: NoticeKind;
}

interface Life {
  readonly said: readonly Said[];
  readonly state: CaseState;
}

/**
 * One device through eighteen months, with the register handing over rungs as `record` does.
 * @param daysAfterDue working days after its due date on which each stage is done; null = never
 */
function live(daysAfterDue: (stage: WorkStage) => number | null): Life {
  const item = { facts: FACTS, nation: NATION, since: START, extended: [], merged: [] } as unknown as Parameters<
    typeof planFor
  >[0];
  const facts = { upgradeOn: null, sensitivity: FACTS.sensitivity };
  let state = opened(facts, planFor(item, POLICY, { startedAt: START }, 1, { facts }));
  let rungs: readonly Rung[] = [];
  const all: Said[] = [];
  const note = (before: CaseState, events: Parameters<typeof noticesOf>[1]): void => {
    const said = standing(noticesOf(before, events, state), events, project(state)!);
    const at = state.lastAt;
    for (const { kind, stage, to } of said) for (const role of to) all.push({ at, role, stage, kind });
  };
  note({ ...state, planNumber: 0, facts: null }, [
    { type: 'opened', facts: FACTS, sequence: 1, at: START, commandId: 'open', actor: 'system', enteredBy: null },
  ]);
  for (;;) {
    for (const stage of currentStages(state)) {
      const ladder = state.ladders[stage];
      const held = rungs.filter((rung) => rung.stage === stage && isCurrent(ladder, rung));
      if (ladder.due === null || rungsInHand(state, stage, rungs) >= 8) continue;
      const after = Math.max(...held.map(({ days }) => days), ladder.cursor ?? -Infinity);
      const position = { due: ladder.due, cursor: Number.isFinite(after) ? after : null, anchor: ladder.anchor };
      const more = rungsFrom(POLICY, NATION, stage, position);
      expect(more).toHaveLength(RUNGS_AT_A_TIME);
      rungs = [...rungs.filter((rung) => rung.stage !== stage), ...held, ...more];
    }
    const acts = currentStages(state).flatMap((stage) => {
      const days = daysAfterDue(stage);
      // At noon: after the reminder of that day.
      const on = days === null ? null : DATES.rung(state.stages[stage].due!, days).replace(/T0[78]/, 'T12');
      return on === null ? [] : [{ at: on > state.lastAt ? on : state.lastAt, stage }];
    });
    const act = acts.sort((a, b) => a.at.localeCompare(b.at))[0];
    const wake = nextWake(state, rungs);
    const at = [act?.at, wake].flatMap((one) => one ?? []).sort()[0];
    if (at === undefined || at > END || state.outcome !== null) return { said: all, state };
    const before = state;
    const isAct = act !== undefined && act.at === at;
    const { state: next, events } = isAct
      ? accept(state, ACTS[act.stage], { by: act.stage === 'verify' ? OFFICER : OWNER, at })
      : accept(state, { type: 'tick', rungs }, { by: SYSTEM, at });
    state = next;
    note(before, events);
  }
}

/** How many e-mails each role gets. */
function emails({ said }: Life): Record<Role, number> {
  const of = (role: Role): number => new Set(said.filter((one) => one.role === role).map(({ at }) => at)).size;
  return Object.fromEntries(ROLES.map((role) => [role, of(role)])) as Record<Role, number>;
}

/** The longest time between two e-mails about one late stage to whoever is told, in working days. */
function silence({ said }: Life, to: (one: Said) => boolean): number {
  const late = said.filter((one) => one.kind === 'late' && to(one));
  const gaps = late.map(({ at, stage }) => {
    const next = late.find((one) => one.stage === stage && one.at > at);
    return next === undefined ? 0 : workingDaysBetween(CALENDAR, at, next.at);
  });
  return Math.max(0, ...gaps);
}

/** From when on everybody is told. */
function everyone({ said }: Life): Instant {
  return said.find(({ role, kind }) => role === 'sro' && kind === 'late')!.at;
}

const day = (at: Instant): string => at.slice(0, 10);

describe('one device through eighteen months', () => {
  test('always early: each stage is announced once, to whoever does it, and nobody hears more', () => {
    const life = live(() => -12);
    expect(life.state.outcome).toBe('removed');
    expect(life.said.every(({ kind }) => kind === 'task')).toBe(true);
    expect(emails(life)).toEqual({
      'task-owner': 3,
      'security-officer': 1,
      head: 0,
      'programme-manager': 0,
      sro: 0,
    });
  });

  test('every stage twelve working days late: each climbs to the SRO, and the ladder is never quiet for more than 5 working days', () => {
    const life = live(() => 12);
    expect(life.state.outcome).toBe('removed');
    expect(emails(life)).toEqual(LATE);
    expect(silence(life, () => true)).toBeLessThanOrEqual(5);
    // No two e-mails to one person on one day.
    for (const role of ROLES) {
      const days = [...new Set(life.said.filter((one) => one.role === role).map(({ at }) => at))].map(day);
      expect(new Set(days).size).toBe(days.length);
    }
  });

  test('assessing never done: everybody hears of it to the end, every 5 working days, at 08:00', () => {
    const life = live((stage) => (stage === 'assess' ? null : 0));
    expect(life.state.outcome).toBeNull();
    expect(emails(life)).toEqual(NEVER);
    expect(silence(life, () => true)).toBe(5);
    const from = everyone(life);
    for (const role of ROLES) {
      expect(silence(life, (one) => one.role === role && one.at > from)).toBe(5);
      const last = life.said.findLast((one) => one.role === role)!;
      expect(workingDaysBetween(CALENDAR, last.at, END)).toBeLessThan(5);
    }
    // While it climbs, those below are left alone: the owner from the first day late to the fifteenth.
    expect(ROLES.map((role) => silence(life, (one) => one.role === role))).toEqual([14, 14, 12, 10, 5]);
    const times = new Set(life.said.filter(({ kind }) => kind !== 'task').map(({ at }) => CLOCK.format(new Date(at))));
    expect([...times]).toEqual(['08:00']);
  });
});
