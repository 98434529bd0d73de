import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parsePolicy } from '../../../app/policy-file';
import { affectsScreening, diffPolicies } from '../../../domain/policy/diff';
import { type Policy } from '../../../domain/policy/policy';
import { edited, SMALL, UK_TEXT, US_FILE } from '../../support/policies';

const UK = parsePolicy(UK_TEXT, 'uk.yaml');
const US = parsePolicy(readFileSync(US_FILE, 'utf8'), 'us.yaml');

function uk(piece: string, replacement: string): Policy {
  return parsePolicy(edited(UK_TEXT, piece, replacement), 'uk.yaml');
}

describe('diffPolicies', () => {
  test('a policy does not differ from itself, however its rows and aliases are ordered', () => {
    const [first, ...others] = UK.vendors;
    const reordered = { ...UK, vendors: [...others, { ...first!, aliases: [...first!.aliases].reverse() }], ouis: [...UK.ouis].reverse() };
    expect(diffPolicies(UK, UK)).toEqual([]);
    expect(diffPolicies(UK, reordered)).toEqual([]);
  });

  test.each([
    ['a date that moved later', uk('removalDate: 2025-04-30', 'removalDate: 2025-05-31'), { kind: 'moved', section: 'siteClasses', row: 'sensitive', field: 'removalDate', before: '2025-04-30', after: '2025-05-31', days: 31 }, false],
    ['a date that moved earlier', uk('{ from: 2022-11-24', '{ from: 2022-11-23'), { kind: 'moved', section: 'ceaseDeployment', field: 'from', days: -1 }, false],
    ['a date that was taken away', uk('removalDate: 2025-04-30', 'removalDate: null'), { kind: 'changed', field: 'removalDate', before: '2025-04-30', after: null }, false],
    ['a class of site that came into scope', uk('not-sensitive: { scope: out', 'not-sensitive: { scope: in'), { kind: 'changed', section: 'siteClasses', row: 'not-sensitive', field: 'scope', before: 'out', after: 'in' }, true],
    ['a vendor that was added', uk('# Reported to sell', '  - { id: acme, name: Acme Cameras, source: programme, date: 2026-11-23, confidence: low }\n\n#'), { kind: 'added', section: 'vendors', row: 'acme' }, true],
    ['an alias that was added', uk('      - HIK\n', '      - HIK\n      - Haikang\n'), { kind: 'changed', section: 'vendors', row: 'hikvision', field: 'aliases' }, true],
    ['a subsidiary that was removed', uk('      - { name: Pyronix, aliases: [Secure Holdings], source: company, date: 2026-11-23, confidence: high }\n', ''), { kind: 'removed', section: 'vendors.subsidiaries', row: 'hikvision / Pyronix' }, true],
    ['a row that became less sure', uk('vendor: hikvision, source: sellers-list, date: 2026-11-23, confidence: low', 'vendor: hikvision, source: sellers-list, date: 2026-11-23, confidence: high'), { kind: 'changed', section: 'rebrands', row: 'ADT', field: 'confidence' }, true],
    ['a source that was worded anew', uk('ieee: IEEE registry', 'ieee: The IEEE registry'), { kind: 'changed', section: 'falseFriends', field: 'source' }, false],
    ['a budget', uk('assess: 20', 'assess: 25'), { kind: 'changed', section: 'stageBudgets', field: 'days.assess', before: 20, after: 25 }, false],
    ['a rung that was added', uk('    - { days: 3, to: [head] }', '    - { days: 2, to: [head] }\n    - { days: 3, to: [head] }'), { kind: 'added', section: 'ladder.rungs', row: '2' }, false],
    ['who a rung tells', uk('{ days: 3, to: [head] }', '{ days: 3, to: [head, sro] }'), { kind: 'changed', section: 'ladder.rungs', row: '3', field: 'to' }, false],
    ['the title', uk('title: Visual', 'title: All visual'), { kind: 'changed', section: 'title', field: '' }, false],
  ] as const)('names %s, and knows whether devices are to be screened again', (_what, after, change, rescreen) => {
    const changes = diffPolicies(UK, after);
    expect(changes[0]).toMatchObject(change);
    expect(affectsScreening(changes)).toBe(rescreen);
  });

  test('days of the calendar are told apart by date and nation, and screen nothing anew', () => {
    const row = 'source: us, date: 2026-01-01, confidence: high';
    const small = (days: string): Policy => parsePolicy(`${SMALL}calendar:\n  add: [${days}]\n  ${row.replaceAll(', ', '\n  ')}\n`, 'small.yaml');
    const ours = `{ on: 2026-11-27, nation: scotland, name: Ours, ${row} }`;
    const theirs = `{ on: 2026-11-27, nation: northern-ireland, name: Theirs, ${row} }`;
    const changes = diffPolicies(small(ours), small(`${theirs}, ${ours}`));
    expect(changes).toEqual([{ kind: 'added', section: 'calendar.add', row: '2026-11-27 northern-ireland', after: expect.objectContaining({ name: 'Theirs' }) }]);
    expect(affectsScreening(changes)).toBe(false);
  });

  test('one edit is one change', () => {
    expect(diffPolicies(UK, uk('assess: 20', 'assess: 25'))).toHaveLength(1);
  });

  test('what one way adds, the other way removes', () => {
    const kinds = (from: Policy, to: Policy, kind: string) => diffPolicies(from, to).filter((change) => change.kind === kind).map((change) => `${change.section} ${change.row}`).sort();
    expect(kinds(UK, US, 'added')).toEqual(kinds(US, UK, 'removed'));
    expect(kinds(UK, US, 'removed')).toEqual(kinds(US, UK, 'added'));
    expect(kinds(UK, US, 'added')).toContain('vendors zte');
  });

  test('a section that one policy leaves to its default differs only where it says something else', () => {
    const said = parsePolicy(`${SMALL}rag: { amberWithinDays: 7, source: us, date: 2026-01-01, confidence: high }\n`, 'small.yaml');
    const fields = diffPolicies(parsePolicy(SMALL, 'small.yaml'), said).map((change) => ('field' in change ? change.field : ''));
    expect(fields).toContain('amberWithinDays');
  });
});
