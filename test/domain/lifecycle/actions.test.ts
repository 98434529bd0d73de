import { describe, expect, test } from '@jest/globals';
import { type Actor, type CaseState, type CommandBody, SYSTEM } from '../../../domain/lifecycle';
import {
  accept,
  after,
  COLLEAGUE,
  DO,
  enteredBy,
  HEAD,
  MANAGER,
  OFFICER,
  open,
  OPENED_AT,
  opened,
  OPS,
  OWNER,
  day,
  decision,
  person,
  PHOTO,
  planOf,
  retract,
  send,
  SRO,
  STATES,
  STRANGER,
} from '../../support/a-case';

const ACTIONS: Readonly<Record<string, readonly [CommandBody, Actor]>> = {
  open: [open(), SYSTEM],
  'assess covered': [DO.covered, OWNER],
  'propose not covered': [DO.notCovered, OWNER],
  'rule not covered': [DO.notCovered, OFFICER],
  'assess not found': [DO.notFound, OWNER],
  'assess removed': [DO.alreadyRemoved, OWNER],
  disconnect: [DO.disconnect, OWNER],
  book: [DO.book, OWNER],
  remove: [DO.remove, OWNER],
  verify: [DO.verify, OFFICER],
  submit: [DO.submit, OWNER],
  acknowledge: [DO.acknowledge, OWNER],
  reassign: [DO.reassign, OWNER],
  'retract assess': [retract('assess'), OWNER],
  'retract disconnect': [retract('disconnect'), OWNER],
  'retract schedule': [retract('schedule'), OWNER],
  'retract remove': [retract('remove'), OWNER],
  'retract verify': [retract('verify'), OWNER],
  withdraw: [DO.withdraw, MANAGER],
  transfer: [DO.transfer, MANAGER],
  absorb: [DO.absorb, MANAGER],
  replan: [{ type: 'replan', plan: planOf(2, day(1)), reason: 'moved' }, SYSTEM],
  tick: [{ type: 'tick', rungs: [] }, SYSTEM],
  'more time': [DO.moreTime, OWNER],
  'to stay': [DO.toStay, OWNER],
  decide: [decision(STATES.asked, 'refused'), MANAGER],
  revise: [
    { type: 'revise', facts: { upgradeOn: null, sensitivity: 'sensitive' }, plan: null, reason: 'no upgrade' },
    OWNER,
  ],
};

/** What every action meets in every state; `ok` = accepted. The states are those of `STATES`. */
const MATRIX = `
                     new       assess   proposed  work     booked   offnet   remove   verify   gone     closed   asked
open                 ok        open     open      open     open     open     open     open     open     open  open
assess covered       not-open  ok       ok        done     done     done     done     done     done     closed  ok
propose not covered  not-open  ok       done      done     done     done     done     done     done     closed  ok
rule not covered     not-open  ok       ok        done     done     done     done     done     done     closed  ok
assess not found     not-open  ok       ok        done     done     done     done     done     done     closed  ok
assess removed       not-open  ok       ok        done     done     done     done     done     done     closed  ok
disconnect           not-open  not-yet  not-yet   ok       ok       done     done     done     needless closed  not-yet
book                 not-open  not-yet  not-yet   ok       done     ok       done     done     needless closed  not-yet
remove               not-open  not-yet  not-yet   not-yet  not-yet  not-yet  ok       done     needless closed  not-yet
verify               not-open  not-yet  not-yet   not-yet  not-yet  not-yet  not-yet  ok       ok       closed  not-yet
submit               not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
acknowledge          not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
reassign             not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
retract assess       not-open  nothing  ok        ok       later    later    later    later    ok       closed  nothing
retract disconnect   not-open  nothing  nothing   nothing  nothing  ok       ok       later    nothing  closed  nothing
retract schedule     not-open  nothing  nothing   nothing  ok       nothing  ok       later    nothing  closed  nothing
retract remove       not-open  nothing  nothing   nothing  nothing  nothing  nothing  ok       nothing  closed  nothing
retract verify       not-open  nothing  nothing   nothing  nothing  nothing  nothing  nothing  nothing  closed  nothing
withdraw             not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
transfer             not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
absorb               not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
replan               not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
tick                 not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed  ok
more time            not-open  ok       ok        ok       ok       ok       ok       done     needless closed    twice
to stay              not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed    twice
decide               not-open  none     none      none     none     none     none     none     none     closed    ok
revise               not-open  ok       ok        ok       ok       ok       ok       ok       ok       closed    ok
`;

const CODES: Readonly<Record<string, string>> = {
  open: 'already-open',
  done: 'already-done',
  closed: 'case-closed',
  needless: 'not-needed',
  nothing: 'nothing-to-retract',
  later: 'later-stage-done',
  twice: 'already-asked',
  none: 'not-pending',
};

const [header = '', ...lines] = MATRIX.trim().split('\n');
const states = header.trim().split(/\s+/) as (keyof typeof STATES)[];
const cells = lines.flatMap((line) => {
  const [, name = '', rest = ''] = /^(.+?) {2,}(.*)$/.exec(line) ?? [];
  return rest
    .split(/\s+/)
    .map((word, column) => ({ action: name, state: states[column]!, expected: CODES[word] ?? word }));
});

function codeOf(state: CaseState, body: CommandBody, by: Actor, extra = {}): string {
  const decision = send(state, body, { by, ...extra });
  return decision.accepted ? 'ok' : decision.code;
}

describe('every action in every state', () => {
  test('the table has a cell for each', () => {
    expect(new Set(cells.map(({ action }) => action))).toEqual(new Set(Object.keys(ACTIONS)));
    expect(cells).toHaveLength(Object.keys(ACTIONS).length * Object.keys(STATES).length);
  });

  test.each(cells)('$action at $state: $expected', ({ action, state, expected }) => {
    const [body, by] = ACTIONS[action]!;
    expect(codeOf(STATES[state], body, by)).toBe(expected);
  });
});

describe('who may do what', () => {
  const personal = ['assess covered', 'submit', 'acknowledge', 'reassign', 'retract assess'];
  test.each(personal)('%s needs a role for the case', (action) => {
    expect(codeOf(STATES.proposed, ACTIONS[action]![0], STRANGER)).toBe('not-allowed');
    expect(codeOf(STATES.proposed, ACTIONS[action]![0], HEAD)).toBe('ok');
    expect(codeOf(STATES.proposed, ACTIONS[action]![0], OPS)).toBe('ok');
  });

  const programme = ['withdraw', 'transfer', 'absorb', 'replan'];
  test.each(programme)('%s is for the programme, ops and the system, not for a department', (action) => {
    const [body] = ACTIONS[action]!;
    for (const by of [OWNER, OFFICER, HEAD, STRANGER]) expect(codeOf(STATES.work, body, by)).toBe('not-allowed');
    for (const by of [MANAGER, SRO, OPS, SYSTEM]) expect(codeOf(STATES.work, body, by)).toBe('ok');
  });

  test.each([
    ['a task owner', OWNER, 'not-allowed'],
    ['a head of department', HEAD, 'not-allowed'],
    ['somebody without a role', STRANGER, 'not-allowed'],
    ['ops', OPS, 'not-allowed'],
    ['a security officer', OFFICER, 'ok'],
    ['a programme manager', MANAGER, 'ok'],
    ['the SRO', SRO, 'ok'],
  ])('%s verifying a removal: %3$s', (_who, by, expected) => {
    expect(codeOf(STATES.verify, DO.verify, by)).toBe(expected);
  });

  test('a removal is verified in another person’s name only by a typist who may verify', () => {
    expect(codeOf(STATES.verify, DO.verify, enteredBy(COLLEAGUE, OFFICER))).toBe('not-allowed');
    expect(codeOf(STATES.verify, DO.verify, enteredBy(OPS, OFFICER))).toBe('not-allowed');
    expect(codeOf(STATES.verify, DO.verify, enteredBy(MANAGER, OFFICER))).toBe('ok');
  });
});

describe('who verifies is not who removed', () => {
  const both = person('c_both', 'task-owner', 'security-officer');
  const atRemove = STATES.remove;

  test('the remover cannot verify, whatever roles they hold', () => {
    expect(codeOf(after(atRemove, [DO.remove, { by: both }]), DO.verify, both)).toBe('same-person');
  });

  test('the remover cannot enter the verification for another', () => {
    expect(codeOf(after(atRemove, [DO.remove, { by: both }]), DO.verify, enteredBy(both, OFFICER))).toBe('same-person');
  });

  test('nobody can enter the verification in the remover’s name', () => {
    expect(codeOf(after(atRemove, [DO.remove, { by: both }]), DO.verify, enteredBy(MANAGER, both))).toBe('same-person');
  });

  test('whoever typed the removal for another cannot verify it', () => {
    const removed = after(atRemove, [DO.remove, { by: enteredBy(both, OWNER) }]);
    expect(codeOf(removed, DO.verify, both)).toBe('same-person');
    expect(codeOf(removed, DO.verify, enteredBy(both, OFFICER))).toBe('same-person');
    expect(codeOf(removed, DO.verify, OFFICER)).toBe('ok');
  });

  test('whoever assessed a device as already removed counts as its remover', () => {
    const gone = after(STATES.assess, [DO.alreadyRemoved, { by: both }]);
    expect(codeOf(gone, DO.verify, both)).toBe('same-person');
    expect(codeOf(gone, DO.verify, OFFICER)).toBe('ok');
  });

  test('after the removal was taken back and confirmed anew, only the newer remover is barred', () => {
    const again = after(atRemove, [DO.remove, { by: both }], [retract('remove')], [DO.remove]);
    expect(codeOf(again, DO.verify, both)).toBe('ok');
    expect(codeOf(again, DO.verify, { ...OFFICER, id: OWNER.id })).toBe('same-person');
  });

  test('an operator may type both for two people: outside a demonstration operators cannot verify at all', () => {
    const removed = after(atRemove, [DO.remove, { by: enteredBy(OPS, OWNER) }]);
    expect(codeOf(removed, DO.verify, { ...OFFICER, enteredBy: OPS.id })).toBe('ok');
    expect(codeOf(removed, DO.verify, enteredBy(OPS, OFFICER))).toBe('not-allowed');
  });
});

describe('not covered', () => {
  test('needs evidence, from this command or an earlier one', () => {
    const bare: CommandBody = { ...DO.notCovered, evidence: null };
    expect(codeOf(STATES.assess, bare, OWNER)).toBe('evidence-needed');
    expect(codeOf(STATES.assess, bare, OFFICER)).toBe('evidence-needed');
    expect(codeOf(after(STATES.assess, [DO.submit]), bare, OWNER)).toBe('ok');
  });

  test('proposed by the owner it stays open, asks the security officer, and keeps its evidence', () => {
    const { state, events } = accept(STATES.assess, DO.notCovered);
    expect(events.map(({ type }) => type)).toEqual(['evidence-submitted', 'assessment-proposed']);
    expect(state).toMatchObject({ outcome: null, proposedBy: OWNER.id, result: null, evidence: [PHOTO] });
    expect(state.stages.assess.done).toBeNull();
  });

  test('agreed by a security officer it closes the case', () => {
    const { state, events } = accept(STATES.proposed, { ...DO.notCovered, evidence: null }, { by: OFFICER });
    expect(events.map(({ type }) => type)).toEqual(['assessed', 'closed']);
    expect(state).toMatchObject({ outcome: 'not-covered', result: 'not-covered', proposedBy: null });
  });

  test('overruled, it is covered and the proposal is gone', () => {
    expect(after(STATES.proposed, [DO.covered, { by: OFFICER }])).toMatchObject({
      outcome: null,
      result: 'covered',
      proposedBy: null,
      confirmedCovered: true,
    });
  });

  test('a proposal that was taken back can be made again', () => {
    const back = after(STATES.proposed, [retract('assess')]);
    expect(back.proposedBy).toBeNull();
    expect(codeOf(back, DO.notCovered, OWNER)).toBe('ok');
  });

  test('only a person’s word makes a suspect device covered', () => {
    const suspect = opened({ finding: 'suspect' });
    expect(suspect.confirmedCovered).toBe(false);
    expect(after(suspect, [DO.covered]).confirmedCovered).toBe(true);
    expect(after(suspect, [DO.covered], [retract('assess')]).confirmedCovered).toBe(false);
  });
});

describe('ways through the stages', () => {
  test('already removed goes straight to verifying, and closes as removed', () => {
    const gone = STATES.gone;
    expect(gone.stages).toMatchObject({
      disconnect: { skipped: true, done: null },
      schedule: { skipped: true, done: null },
      remove: { skipped: true, done: null },
    });
    expect(after(gone, [DO.verify, { by: OFFICER }]).outcome).toBe('removed');
  });

  test('already removed, taken back, asks for every stage again', () => {
    const back = after(STATES.gone, [retract('assess')]);
    expect(Object.values(back.stages).some(({ skipped }) => skipped)).toBe(false);
    expect(codeOf(back, DO.covered, OWNER)).toBe('ok');
  });

  test('a device off the core network is never disconnected, also not after taking back "already removed"', () => {
    const off = after(opened({ offCore: true }), [DO.alreadyRemoved], [retract('assess')], [DO.covered]);
    expect(codeOf(off, DO.disconnect, OWNER)).toBe('not-needed');
    expect(codeOf(off, retract('disconnect'), OWNER)).toBe('nothing-to-retract');
    expect(codeOf(off, DO.remove, OWNER)).toBe('not-yet');
    expect(codeOf(after(off, [DO.book]), DO.remove, OWNER)).toBe('ok');
  });

  test('not found needs to say where one looked, and closes the case', () => {
    expect(codeOf(STATES.assess, { ...DO.notFound, note: '  ' }, OWNER)).toBe('note-needed');
    expect(after(STATES.assess, [DO.notFound]).outcome).toBe('not-found');
  });

  test('a verified removal says the best evidence there is', () => {
    const { events } = accept(after(STATES.verify, [DO.submit]), DO.verify, { by: OFFICER });
    expect(events.find(({ type }) => type === 'verified')).toMatchObject({ bestGrade: 'certificate' });
    const bare = accept(STATES.verify, DO.verify, { by: OFFICER }).events;
    expect(bare.find(({ type }) => type === 'verified')).toMatchObject({ bestGrade: 'assertion' });
  });

  test('evidence belongs to the stage whose turn it is', () => {
    expect(accept(STATES.booked, DO.submit).events).toMatchObject([
      { type: 'evidence-submitted', stage: 'disconnect' },
    ]);
    expect(accept(STATES.gone, DO.submit).events).toMatchObject([{ type: 'evidence-submitted', stage: 'verify' }]);
  });

  test('a duplicate closes as such and names the case that is kept', () => {
    const { state, events } = accept(
      STATES.work,
      { type: 'withdraw', outcome: 'duplicate', reason: 'Merged.', keptCaseId: 'k_kept' },
      { by: SYSTEM },
    );
    expect(state.outcome).toBe('duplicate');
    expect(events).toMatchObject([{ type: 'closed', keptCaseId: 'k_kept' }]);
  });

  test('another department’s device keeps its dates and loses its owner', () => {
    const moved = after(STATES.work, [DO.reassign], [DO.transfer, { by: MANAGER }]);
    expect(moved).toMatchObject({ owner: null, facts: { siteId: 'S-9', departmentId: 'D-9' } });
    expect(moved.stages).toEqual(STATES.work.stages);
    expect(codeOf(moved, DO.transfer, MANAGER)).toBe('unchanged');
  });
});

describe('taking back', () => {
  test('the original due date, its rule and the place on the ladder stay', () => {
    const back = after(STATES.verify, [retract('remove')]);
    expect(back.stages.remove).toEqual(STATES.remove.stages.remove);
    expect(back.ladders).toEqual(STATES.verify.ladders);
  });

  test('a booking taken back takes its expected date with it', () => {
    const back = after(STATES.booked, [retract('schedule')]);
    expect(back).toMatchObject({ bookedOn: null, stages: { remove: { forecast: null } } });
  });

  test('says why, in so many characters', () => {
    expect(codeOf(STATES.booked, retract('schedule', ' '), OWNER)).toBe('reason-needed');
    expect(codeOf(STATES.booked, retract('schedule', 'x'.repeat(2001)), OWNER)).toBe('too-long');
    expect(codeOf(STATES.booked, retract('schedule', 'x'.repeat(2000)), OWNER)).toBe('ok');
  });

  test('the refusal names what has to be taken back first', () => {
    expect(send(STATES.verify, retract('assess'))).toMatchObject({
      message: 'Take back "Take it off the core network" and "Book the replacement" and "Remove it" first.',
    });
  });
});

describe('the day of the replacement', () => {
  const on = (date: string): CommandBody => ({
    type: 'schedule-replacement',
    on: date,
    forecast: `${date}T17:00:00.000Z`,
  });
  const withUpgrade = (upgradeOn: string | null): CaseState => after(opened({ upgradeOn }), [DO.covered]);

  test.each([
    ['today', '2026-11-23', '2027-12-01', 'ok'],
    ['yesterday', '2026-11-22', '2027-12-01', 'date-in-past'],
    ['the day before the scheduled upgrade', '2027-11-30', '2027-12-01', 'ok'],
    ['the day of the scheduled upgrade', '2027-12-01', '2027-12-01', 'after-upgrade'],
    ['any day, where no upgrade is planned', '2031-01-01', null, 'ok'],
    ['any day, where the upgrade has passed: it is no longer the next one', '2027-01-01', '2026-11-22', 'ok'],
    ['any day, where the upgrade is today: no day before it is left', '2027-01-01', '2026-11-23', 'ok'],
    ['today, where the upgrade is tomorrow', '2026-11-23', '2026-11-24', 'ok'],
  ])('%s', (_what, date, upgradeOn, expected) => {
    expect(codeOf(withUpgrade(upgradeOn), on(date), OWNER)).toBe(expected);
  });

  test('becomes the expected date of removal', () => {
    expect(after(STATES.work, [DO.book]).stages.remove.forecast).toBe('2027-03-01T17:00:00.000Z');
  });
});

describe('small refusals', () => {
  const cases: readonly (readonly [string, CaseState, CommandBody, Actor, string])[] = [
    ['an acknowledgement that ends now', STATES.work, { type: 'acknowledge', until: OPENED_AT }, OWNER, 'date-in-past'],
    ['the same acknowledgement twice', after(STATES.work, [DO.acknowledge]), DO.acknowledge, OWNER, 'unchanged'],
    ['the same owner twice', after(STATES.work, [DO.reassign]), DO.reassign, OWNER, 'unchanged'],
    ['a withdrawal without a reason', STATES.work, { ...DO.withdraw, reason: '' }, MANAGER, 'reason-needed'],
    ['a note of 2,001 characters', STATES.work, { ...DO.disconnect, note: 'x'.repeat(2001) }, OWNER, 'too-long'],
    ['the same plan twice', STATES.work, { type: 'replan', plan: planOf(1), reason: '' }, SYSTEM, 'stale-plan'],
    [
      'an older plan by a merge',
      after(STATES.work, [{ type: 'replan', plan: planOf(3), reason: '' }, { by: SYSTEM }]),
      { ...DO.absorb, plan: planOf(2) },
      MANAGER,
      'stale-plan',
    ],
  ];
  test.each(cases)('%s', (_what, state, body, by, expected) => {
    expect(codeOf(state, body, by)).toBe(expected);
  });
});
