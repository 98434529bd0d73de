import { describe, expect, test } from '@jest/globals';
import { ROLES } from '../../../domain/vocabulary';
import { reached, type Reachable, recipientsOf } from '../../../domain/notices/recipients';

const contact = (contactId: string, role: Reachable['role'], siteId: string | null = null): Reachable => ({
  contactId,
  role,
  siteId,
});

const PEOPLE = [
  contact('c_here', 'task-owner', 'S-1'),
  contact('c_there', 'task-owner', 'S-2'),
  contact('c_owner', 'task-owner'),
  contact('c_officer', 'security-officer'),
  contact('c_deputy', 'security-officer'),
  contact('c_manager', 'programme-manager'),
];
const at = (siteId: string, owner: string | null = null) => ({ siteId, owner });

describe('who receives what is meant for a role', () => {
  test.each([
    ['the task owner of the site', ['task-owner'], at('S-1'), ['c_here']],
    ['where the site has none, the department’s', ['task-owner'], at('S-3'), ['c_owner']],
    ['the person it was reassigned to, also of another site', ['task-owner'], at('S-1', 'c_there'), ['c_there']],
    ['where that person is gone, the task owner again', ['task-owner'], at('S-1', 'c_gone'), ['c_here']],
    ['everybody who holds the role', ['security-officer'], at('S-1'), ['c_officer', 'c_deputy']],
    ['a role that nobody holds goes to the next one up', ['head'], at('S-1'), ['c_manager']],
    ['each person once', ['head', 'programme-manager'], at('S-1'), ['c_manager']],
    ['nobody above: the next one down', ['sro'], at('S-1'), ['c_manager']],
    ['no roles: nobody', [], at('S-1'), []],
  ] as const)('%s', (_what, roles, where, expected) => {
    expect(recipientsOf(roles, PEOPLE, where)).toEqual(expected);
  });

  test('a post that nobody holds is named, also where the next one down is told', () => {
    expect(reached(['task-owner', 'head', 'sro'], PEOPLE, at('S-1'))).toEqual({
      contacts: ['c_here', 'c_manager'],
      passedOver: ['head', 'sro'],
    });
    expect(reached(['task-owner'], PEOPLE, at('S-1')).passedOver).toEqual([]);
  });

  test('no notice is lost while anybody at all can be reached, and none is made up where nobody can', () => {
    for (const role of ROLES) {
      expect(recipientsOf([role], [contact('c_last', 'security-officer')], at('S-1'))).toEqual(['c_last']);
      expect(recipientsOf([role], [], at('S-1'))).toEqual([]);
    }
  });
});
