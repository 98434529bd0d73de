import { type Command } from 'commander';
import { leave, type LeaveAnswer } from '../app/inventory/leave';
import { withServices } from '../app/services';
import { ROLE_SHOWN } from '../domain/wording';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';
import { count } from '../domain/counted';
import { progressBar, table } from './output';

interface Options {
  readonly successor?: string;
  readonly department?: string;
  readonly reason: string;
}

function postsTable(posts: LeaveAnswer['posts']): string {
  return table(
    [{ head: 'dept' }, { head: 'site' }, { head: 'post' }, { head: 'successor' }],
    posts.map(({ departmentId, siteId, role, outcome }) => [
      departmentId ?? '(programme)',
      siteId,
      ROLE_SHOWN[role],
      outcome === 'held' ? 'held it already' : 'has it now',
    ]),
  );
}

function remainingText({ cases, mail, deputyOf, kept }: LeaveAnswer['remaining'], email: string): string[] {
  return [
    ...(cases.length === 0
      ? []
      : [
          `${count(cases.length, 'case')} could not be told, for the workflow does not run: "clearsite reconcile" repairs that and hands them on (${cases
            .slice(0, 20)
            .map(({ assetId }) => assetId)
            .join(', ')}${cases.length > 20 ? ' …' : ''}).`,
        ]),
    ...(mail === 0 ? [] : [`${count(mail, 'notice')} found nobody else and will wait: fill the posts.`]),
    ...(deputyOf.length === 0
      ? []
      : [
          `${email} still stands in for ${count(deputyOf.length, 'post')}: name another deputy with "clearsite contacts set … --deputy-email" (the column "deputy" of "clearsite contacts list" says where).`,
        ]),
    ...(kept.length === 0 ? [] : [`${email} keeps ${count(kept.length, 'post')} elsewhere.`]),
  ];
}

function leftText({ outcome, posts, tasks, remaining }: LeaveAnswer, email: string, successor: string): string {
  const first =
    outcome === 'left'
      ? `${email} has left; ${successor} takes over.\n${postsTable(posts)}`
      : `${email} had left already; ${successor} took over.`;
  return [
    first,
    `${count(tasks, 'device')} with tasks in the leaver's name handed on; mail that waited goes to whoever holds the post now.`,
    ...remainingText(remaining, email),
  ].join('\n');
}

const HELP = `
The successor is a contact of this register and gets every post that the leaver holds (with --department: of that department
alone). Calendar entries follow. Repeating it finishes what was interrupted, as does "clearsite reconcile".

Example:
  clearsite contacts leave kim@example.org --successor al@example.org --reason "moved to another department on 1 March"`;

/** `contacts leave EMAIL`. */
export function configureLeave(command: Command): void {
  action<Options>(
    actsAs(command)
      .argument('<email>', 'who leaves')
      .option('--successor <email>', 'who takes over (needed)')
      .option('--department <id>', 'only the posts of this department (default: every post)')
      .requiredOption('--reason <text>', 'why')
      .addHelpText('after', HELP),
    async (io, { successor = '', department = null, reason }, email = '') => {
      const bar = progressBar('Handing on tasks');
      const request = { email, successor, departmentId: department, reason };
      const answer = await withServices(loadConfig(), (services) =>
        leave(services, request, io.who, (done) => bar.update(done, done)),
      ).finally(bar.stop);
      io.answer(answer, () => leftText(answer, email, successor));
    },
  );
}
