import { describe, expect, test } from '@jest/globals';
import { may, NEEDED, type Permission, PERMISSIONS, scopeOf } from '../../../domain/access/permissions';
import { type HeldRole, USER_ROLES, type UserRole, type Viewer } from '../../../domain/access/roles';
import { CASE_ACTIONS } from '../../../domain/case-actions';

/** As the programme's owners said it, by hand: this table is not made from the code's. y = may. */
const TABLE = `
                  viewer auditor task-owner security-officer head procurement programme-manager sro admin
see-programme     y      y       -          -                -    -           y                 y   -
see-cases         y      y       y          y                y    -           y                 y   -
see-audit         -      y       -          y                y    -           y                 y   -
see-access-log    -      y       -          -                -    -           y                 y   -
export            -      y       y          y                y    -           y                 y   -
do-tasks          -      -       y          y                y    -           y                 y   -
verify            -      -       -          y                -    -           y                 y   -
ask               -      -       y          y                y    -           y                 y   -
decide            -      -       -          -                -    -           y                 y   -
assess-site       -      -       -          y                -    -           y                 y   -
keep-contacts     -      -       -          y                y    -           y                 y   -
check-deployment  y      y       y          y                y    y           y                 y   -
manage-users      -      -       -          -                -    -           -                 -   y
`;

/** Who may do what with a case, by hand as well. */
const ACTIONS = `
                       viewer auditor task-owner security-officer head procurement programme-manager sro admin
record-assessment      -      -       y          y                y    -           y                 y   -
confirm-disconnection  -      -       y          y                y    -           y                 y   -
schedule-replacement   -      -       y          y                y    -           y                 y   -
confirm-removal        -      -       y          y                y    -           y                 y   -
submit-evidence        -      -       y          y                y    -           y                 y   -
verify-removal         -      -       -          y                -    -           y                 y   -
request-extension      -      -       y          y                y    -           y                 y   -
decide-extension       -      -       -          -                -    -           y                 y   -
request-exception      -      -       y          y                y    -           y                 y   -
decide-exception       -      -       -          -                -    -           y                 y   -
move-upgrade           -      -       y          y                y    -           y                 y   -
acknowledge            -      -       y          y                y    -           y                 y   -
reassign               -      -       y          y                y    -           y                 y   -
retract                -      -       y          y                y    -           y                 y   -
withdraw               -      -       -          -                -    -           y                 y   -
reopen                 -      -       -          -                -    -           y                 y   -
`;

interface Cell {
  readonly row: string;
  readonly role: UserRole;
  readonly allowed: boolean;
}

function cells(table: string): Cell[] {
  const [head = '', ...rows] = table.trim().split('\n');
  const roles = head.trim().split(/\s+/) as UserRole[];
  return rows.flatMap((line) => {
    const [row = '', ...marks] = line.trim().split(/\s+/);
    expect(marks).toHaveLength(roles.length);
    return roles.map((role, index) => ({ row, role, allowed: marks[index] === 'y' }));
  });
}

const held = (role: UserRole, departmentId: string | null = null, siteId: string | null = null): HeldRole => ({
  role,
  departmentId,
  siteId,
  deputyFor: null,
});
const who = (...roles: readonly HeldRole[]): Viewer => ({ email: 'a@example.org', name: 'A', id: 'c_a', roles });

describe('every role and every permission', () => {
  const all = cells(TABLE);

  test('stand in the table', () => {
    expect(new Set(all.map(({ row }) => row))).toEqual(new Set(PERMISSIONS));
    expect(new Set(all.map(({ role }) => role))).toEqual(new Set(USER_ROLES));
  });

  test.each(all)('$role, $row: $allowed', ({ row, role, allowed }) => {
    expect(may(who(held(role)), row as Permission)).toBe(allowed);
    expect(may(who(held(role)), row as Permission, { departmentId: 'D-1', siteId: 'S-1' })).toBe(allowed);
  });
});

describe('every role and every action on a case', () => {
  const all = cells(ACTIONS);

  test('stand in the table', () => {
    expect(new Set(all.map(({ row }) => row))).toEqual(new Set(CASE_ACTIONS));
  });

  test.each(all)('$role, $row: $allowed', ({ row, role, allowed }) => {
    expect(may(who(held(role)), NEEDED[row as keyof typeof NEEDED])).toBe(allowed);
  });
});

describe('a role counts where it is held', () => {
  const at = (departmentId: string, siteId: string | null) => ({ departmentId, siteId });

  test.each<[string, HeldRole, ReturnType<typeof at>, boolean]>([
    ['of a department: at its sites', held('task-owner', 'D-1'), at('D-1', 'S-1'), true],
    ['of a department: as a whole', held('task-owner', 'D-1'), at('D-1', null), true],
    ['of a department: at no other', held('task-owner', 'D-1'), at('D-2', 'S-1'), false],
    ['of a site: there', held('task-owner', 'D-1', 'S-1'), at('D-1', 'S-1'), true],
    ['of a site: not at another', held('task-owner', 'D-1', 'S-1'), at('D-1', 'S-2'), false],
    ['of a site: not in the whole department', held('task-owner', 'D-1', 'S-1'), at('D-1', null), false],
    ['of a site: not at the same site elsewhere', held('task-owner', 'D-1', 'S-1'), at('D-2', 'S-1'), false],
    ['of the programme: everywhere', held('sro'), at('D-9', 'S-9'), true],
  ])('%s', (_, role, where, allowed) => {
    expect(may(who(role), 'do-tasks', where)).toBe(allowed);
  });

  test('two roles at two places do not add up to both at both', () => {
    const viewer = who(held('task-owner', 'D-1'), held('security-officer', 'D-2'));
    expect(may(viewer, 'verify', at('D-1', 'S-1'))).toBe(false);
    expect(may(viewer, 'verify', at('D-2', 'S-1'))).toBe(true);
    expect(may(viewer, 'verify')).toBe(true);
  });

  test('nobody without a role may do anything', () => {
    for (const permission of PERMISSIONS) expect(may(who(), permission)).toBe(false);
  });
});

describe('what somebody may see of the register', () => {
  test('is everything with a role everywhere, and else the places where a role lets them', () => {
    expect(scopeOf(who(held('viewer')), 'see-cases')).toEqual({ everything: true });
    expect(scopeOf(who(held('head', 'D-1'), held('task-owner', 'D-2', 'S-5')), 'see-cases')).toEqual({
      everything: false,
      places: [
        { departmentId: 'D-1', siteId: null },
        { departmentId: 'D-2', siteId: 'S-5' },
      ],
    });
  });

  test('is nothing where no role lets them, whatever else they may do', () => {
    const none = { everything: false, places: [] };
    expect(scopeOf(who(held('admin')), 'see-cases')).toEqual(none);
    expect(scopeOf(who(held('procurement')), 'see-cases')).toEqual(none);
    expect(scopeOf(who(held('head', 'D-1')), 'decide')).toEqual(none);
  });

  test('a viewer of one department sees that one alone', () => {
    expect(scopeOf(who(held('viewer', 'D-1')), 'see-cases')).toEqual({
      everything: false,
      places: [{ departmentId: 'D-1', siteId: null }],
    });
  });
});
