import { type Command, Option } from 'commander';
import { changeContact, findContacts } from '../app/inventory/contacts';
import { withServices } from '../app/services';
import { type Nation, NATIONS, type Role, ROLES } from '../domain/vocabulary';
import { ROLE_SHOWN } from '../domain/wording';
import { loadConfig } from '../platform/config';
import { type ContactRow } from '../register/contacts';
import { action, actsAs } from './command';
import { configureLeave } from './contacts-leave';
import { listEnd, SCREENFUL, withPage } from './lists';
import { table } from './output';

interface ListOptions {
  readonly department?: string;
  readonly role?: Role;
  readonly all?: true;
  readonly limit?: number;
  readonly after?: string;
}

function remark({ leftAt, refusedAt, awayFrom, awayTo }: ContactRow): string {
  if (leftAt !== null) return `left ${leftAt.slice(0, 10)}`;
  if (refusedAt !== null) return 'mail is refused';
  if (awayFrom === null && awayTo === null) return '';
  return `away ${awayFrom ?? ''} to ${awayTo ?? ''}`;
}

function contactsTable(contacts: readonly ContactRow[]): string {
  return table(
    [
      { head: 'dept' },
      { head: 'site' },
      { head: 'post' },
      { head: 'name' },
      { head: 'e-mail' },
      { head: 'deputy' },
      { head: 'remark' },
    ],
    contacts.map((contact) => [
      contact.departmentId ?? '(programme)',
      contact.siteId,
      ROLE_SHOWN[contact.role],
      contact.name,
      contact.email,
      contact.deputyEmail,
      remark(contact),
    ]),
  );
}

function configureList(command: Command): void {
  action<ListOptions>(
    withPage(
      command
        .option('--department <id>', 'of this department')
        .addOption(new Option('--role <role>', 'who holds this post').choices(ROLES))
        .option('--all', 'people who have left too'),
      'contact id (see --json)',
    ).addHelpText(
      'after',
      '\nNames and addresses are personal data: do not pass the list on.\n\nExample:\n  clearsite contacts list --department D-AG',
    ),
    async (io, { department, role, all, limit, after }) => {
      const filter = {
        ...(department && { departmentId: department }),
        ...(role && { role }),
        who: all ? 'everybody' : 'present',
      } as const;
      const page = { limit: limit ?? (io.json ? null : SCREENFUL), after: after ?? null };
      const { items, total, next } = await withServices(loadConfig(), (services) =>
        findContacts(services, filter, page),
      );
      io.answer({ contacts: items, total, next }, () =>
        items.length === 0
          ? 'No contact matches. Contacts come in with: clearsite import FILE --kind contacts'
          : [contactsTable(items), listEnd(items.length, total, next)].join('\n'),
      );
    },
  );
}

interface SetOptions {
  readonly department?: string;
  readonly site?: string;
  readonly role: Role;
  readonly email: string;
  readonly name?: string;
  readonly nation?: Nation;
  readonly deputyEmail?: string;
  readonly awayFrom?: string;
  readonly awayTo?: string;
}

const SET_HELP = `
Post (department, site, role) and address say who is meant: a new address is a new person. Somebody who had left is
back, and an address that was refused is tried again. An empty text takes a value away: --deputy-email "".

Examples:
  clearsite contacts set --department D-AG --role task-owner --email kim@example.org --name "Kim Example"
  clearsite contacts set --department D-AG --role head --email jo@example.org --away-from 2026-12-20 --away-to 2027-01-04 --deputy-email al@example.org`;

function configureSet(command: Command): void {
  action<SetOptions>(
    actsAs(command)
      .option('--department <id>', 'of this department (default: programme-wide)')
      .option('--site <id>', 'of this site alone (default: all of the department)')
      .addOption(new Option('--role <role>', 'the post').choices(ROLES).makeOptionMandatory())
      .requiredOption('--email <address>', 'the address')
      .option('--name <name>', 'the name; needed for a new contact')
      .addOption(new Option('--nation <nation>', 'whose bank holidays they keep').choices(NATIONS))
      .option('--deputy-email <address>', 'who stands in')
      .option('--away-from <date>', 'first day away, YYYY-MM-DD')
      .option('--away-to <date>', 'last day away, YYYY-MM-DD')
      .addHelpText('after', SET_HELP),
    async (io, { department, site, ...rest }) => {
      const input = { ...rest, departmentId: department, siteId: site };
      const result = await withServices(loadConfig(), (services) => changeContact(services, input, io.who));
      io.answer(result, () => `Contact ${result.outcome}.\n${contactsTable([result.contact])}`);
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('who holds which post'));
  configureLeave(
    command.command('leave').description('somebody leaves: posts, tasks and waiting mail go to a successor'),
  );
  configureSet(command.command('set').description('fill a post, or change what is known of who holds it'));
}
