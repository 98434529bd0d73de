import { type Command, Option } from 'commander';
import { makeSignInLink } from '../app/access/links';
import {
  findGrants,
  type Grant,
  grantRole,
  type ListedGrant,
  revokeRoles,
  signOutEverywhere,
} from '../app/access/users';
import { withServices } from '../app/services';
import { GRANTED_ROLE_SHOWN, GRANTED_ROLES, type GrantedRole } from '../domain/access/roles';
import { count } from '../domain/counted';
import { loadConfig } from '../platform/config';
import { action } from './command';
import { table } from './output';

function now(): string {
  return new Date().toISOString();
}

function placeShown({ departmentId }: Grant): string {
  return departmentId ?? '(everywhere)';
}

function usersTable(grants: readonly ListedGrant[]): string {
  return table(
    [
      { head: 'name' },
      { head: 'e-mail' },
      { head: 'role' },
      { head: 'dept' },
      { head: 'since' },
      { head: 'granted by' },
    ],
    grants.map((grant) => [
      grant.name,
      grant.email,
      GRANTED_ROLE_SHOWN[grant.role],
      placeShown(grant),
      grant.grantedAt.slice(0, 10),
      grant.grantedByName ?? grant.grantedBy,
    ]),
  );
}

function configureList(command: Command): void {
  action(
    command.addHelpText(
      'after',
      '\nRoles that come with a post are not listed here: see "clearsite contacts list".\nNames and addresses are personal data: do not pass the list on.\n\nExamples:\n  clearsite users list\n  clearsite users list --json',
    ),
    async (io) => {
      const users = await withServices(loadConfig(), findGrants);
      io.answer({ users }, () =>
        users.length === 0
          ? 'No role has been granted. The first administrator: clearsite users grant EMAIL --role admin --name "…"'
          : `${usersTable(users)}\n${count(users.length, 'role')} in all.`,
      );
    },
  );
}

interface GrantOptions {
  readonly role: GrantedRole;
  readonly department?: string;
  readonly name?: string;
}

const GRANT_HELP = `
viewer       sees the programme and its cases       auditor  the audit trail and the access log too
procurement  checks what may be installed           admin    manages users, and decides nothing else

By an administrator (CLEARSITE_ACTOR), who grants nothing to themselves, or by ops.

Examples:
  clearsite users grant ada@example.org --role admin --name "Ada Example"
  clearsite users grant vic@example.org --role viewer --department D-AG --name "Vic Example"`;

function configureGrant(command: Command): void {
  action<GrantOptions>(
    command
      .argument('<email>', 'the address')
      .addOption(new Option('--role <role>', 'what to grant').choices(GRANTED_ROLES).makeOptionMandatory())
      .option('--department <id>', 'in this department alone (default: everywhere)')
      .option('--name <name>', 'the name; needed for an address that is not known yet')
      .addHelpText('after', GRANT_HELP),
    async (io, { role, department, name }, email = '') => {
      const input = { email, role, departmentId: department ?? null, name: name ?? null };
      const answer = await withServices(loadConfig(), (services) => grantRole(services, input, io.who, now()));
      io.answer(
        answer,
        () =>
          `${answer.name} (${answer.email}) ${answer.outcome === 'held' ? 'held it already' : 'has the role now'}: ${GRANTED_ROLE_SHOWN[role]}, ${placeShown(answer)}.`,
      );
    },
  );
}

function configureRevoke(command: Command): void {
  action<{ readonly role?: GrantedRole; readonly department?: string }>(
    command
      .argument('<email>', 'the address')
      .addOption(new Option('--role <role>', 'this role alone (default: all that were granted)').choices(GRANTED_ROLES))
      .option('--department <id>', 'in this department alone (default: wherever it counts)')
      .addHelpText(
        'after',
        '\nIt counts at once, for those too who are signed in. What somebody may do by a post stays.\n\nExamples:\n  clearsite users revoke vic@example.org\n  clearsite users revoke vic@example.org --role auditor',
      ),
    async (io, { role, department }, email = '') => {
      const at = department === undefined ? 'anywhere' : { departmentId: department };
      const input = { email, role: role ?? null, at } as const;
      const answer = await withServices(loadConfig(), (services) => revokeRoles(services, input, io.who, now()));
      io.answer(
        answer,
        () =>
          `Taken away from ${answer.email}: ${answer.revoked.map((grant) => `${GRANTED_ROLE_SHOWN[grant.role]}, ${placeShown(grant)}`).join('; ')}.`,
      );
    },
  );
}

function configureSignOut(command: Command): void {
  action(
    command
      .argument('<email>', 'the address')
      .addHelpText(
        'after',
        '\nEnds every session of the address at once.\n\nExample:\n  clearsite users sign-out kim@example.org',
      ),
    async (io, _options, email = '') => {
      const ended = await withServices(loadConfig(), (services) => signOutEverywhere(services, email, io.who, now()));
      io.answer({ email, ended }, () => `${count(ended, 'session')} of ${email} ended.`);
    },
  );
}

function configureLink(command: Command): void {
  action(
    command
      .argument('<email>', 'a contact, or somebody with a granted role')
      .addHelpText(
        'after',
        '\nSigns in once, within 24 hours, without any mail. For demonstrations, and for a "clearsite up" that only this machine can\nreach; elsewhere people ask for a code at /sign-in.\n\nExample:\n  clearsite users sign-in-link kim@example.org',
      ),
    async (io, _options, email = '') => {
      const link = await withServices(loadConfig(), (services) => makeSignInLink(services, email, now()));
      io.answer(
        link,
        () => `${link.url}\nSigns in ${link.name} once, until ${link.expiresAt.slice(0, 16).replace('T', ' ')} UTC.`,
      );
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('who was granted which role'));
  configureGrant(command.command('grant').description('give an address a role that comes with no post'));
  configureRevoke(command.command('revoke').description('take granted roles away'));
  configureSignOut(command.command('sign-out').description('end every session of an address'));
  configureLink(
    command.command('sign-in-link').description('a link that signs somebody in once (demonstrations only)'),
  );
}
