import { type Command, InvalidArgumentError } from 'commander';
import { writeFile } from 'node:fs/promises';
import { theCase } from '../app/cases/find';
import { deliverWithoutWaiting } from '../app/mail/deliver-now';
import { forecastMail } from '../app/mail/forecast';
import { type HoldAnswer, type HoldTarget, holdMail, releaseMail } from '../app/mail/hold';
import { MAIL_STATES, mailOverview, type MailState } from '../app/mail/list';
import { type MailPreview, previewMail } from '../app/mail/preview';
import { previewDigest } from '../app/mail/programme-digest';
import { resendMail } from '../app/mail/resend';
import { deliverNow } from '../app/schedules';
import { type Services, withServices } from '../app/services';
import { Failure } from '../domain/errors';
import { isOneOf } from '../domain/vocabulary';
import { loadConfig } from '../platform/config';
import { action, actsAs, type Io } from './command';
import { wholeNumber } from './numbers';
import { forecastText, listText, previewText } from './mail-text';

const now = (): string => new Date().toISOString();

function state(text: string): MailState {
  if (isOneOf(MAIL_STATES, text)) return text;
  throw new InvalidArgumentError(`It must be one of ${MAIL_STATES.join(', ')}.`);
}

interface ListOptions {
  readonly state?: MailState;
  readonly to?: string;
  readonly case?: string;
  readonly limit: number;
}

function configureList(command: Command): void {
  action<ListOptions>(
    command
      .option('--state <state>', `only ${MAIL_STATES.join(', ')}`, state)
      .option('--to <email>', 'only to this address')
      .option('--case <id>', 'only about this case, by case or asset id')
      .option('--limit <n>', 'at most so many', wholeNumber('--limit', 1), 50)
      .addHelpText(
        'after',
        '\nExamples:\n  clearsite mail list --state failed\n  clearsite mail list --to jo@example.org --json',
      ),
    async (io, options) => {
      const filter = {
        state: options.state ?? null,
        to: options.to ?? null,
        caseId: options.case ?? null,
        limit: options.limit,
      };
      const overview = await withServices(loadConfig(), (services) => mailOverview(services, filter));
      io.answer(overview, () => listText(overview));
    },
  );
}

interface PreviewOptions {
  readonly to?: string;
  readonly case?: string;
  readonly count: number;
  readonly full?: true;
  readonly html?: string;
  readonly monday?: true;
}

async function previewCase(io: Io, services: Services, id: string, count: number): Promise<void> {
  const pool = await services.register();
  const { caseId } = await theCase(pool, id);
  const { mails, zone } = await forecastMail(services, caseId, now(), count);
  io.answer({ caseId, zone, mails }, () => forecastText(mails, zone));
}

async function writeHtml(preview: MailPreview, file: string): Promise<void> {
  const [only, ...others] = preview.messages;
  if (only === undefined || others.length > 0) {
    throw new Failure('one-message', `--html writes one message, and there are ${preview.messages.length}.`, {
      hint: 'Name whose with --to EMAIL.',
    });
  }
  await writeFile(file, only.html, { mode: 0o600 });
}

async function previewAll(io: Io, services: Services, { to, full, html }: PreviewOptions): Promise<void> {
  const all = await previewMail(services, now());
  const wanted = all.messages.filter((message) => to === undefined || message.to.toLowerCase() === to.toLowerCase());
  const preview = { ...all, messages: wanted };
  if (html !== undefined) await writeHtml(preview, html);
  const messages = wanted.map(({ html: _html, text, ...rest }) => (full ? { ...rest, text } : rest));
  io.answer({ ...preview, messages }, () => previewText(preview, full ? 'full' : 'subjects'));
}

async function previewMonday(io: Io, services: Services, file: string | undefined): Promise<void> {
  const { html, ...preview } = await previewDigest(services, now());
  if (file !== undefined) await writeFile(file, html, { mode: 0o600 });
  io.answer(preview, () => `Subject: ${preview.subject}\n\n${preview.text}`);
}

function configurePreview(command: Command): void {
  action<PreviewOptions>(
    command
      .option('--to <email>', 'only what this address would get')
      .option('--full', 'the whole text of each message')
      .option('--html <file>', 'write the one message as HTML, to look at in a browser')
      .option('--monday', 'instead: the Monday summary for the programme manager, as of now')
      .option('--case <id>', 'instead: the next mails about this case, by case or asset id')
      .option('--count <n>', 'with --case: how many', wholeNumber('--count', 1), 3)
      .addHelpText(
        'after',
        '\nBefore programme start: what "programme start" would send. After it: what waits. Nothing is sent or changed.\n\nExamples:\n  clearsite mail preview\n  clearsite mail preview --to jo@example.org --full\n  clearsite mail preview --case CAM-014 --count 5\n  clearsite mail preview --monday',
      ),
    async (io, options) => {
      await withServices(loadConfig(), (services) => {
        if (options.monday) return previewMonday(io, services, options.html);
        return options.case === undefined
          ? previewAll(io, services, options)
          : previewCase(io, services, options.case, options.count);
      });
    },
  );
}

interface TargetOptions {
  readonly contact?: string;
  readonly case?: string;
  readonly reason?: string;
}

function targetOf({ contact, case: caseId }: TargetOptions, messageIds: readonly string[]): HoldTarget {
  const targets: HoldTarget[] = [
    ...(contact === undefined ? [] : [{ of: 'contact' as const, email: contact }]),
    ...(caseId === undefined ? [] : [{ of: 'case' as const, caseId }]),
    ...(messageIds.length === 0 ? [] : [{ of: 'messages' as const, messageIds }]),
  ];
  if (targets.length > 1) {
    throw new Failure('one-target', 'Name messages, or --contact, or --case: one of them at a time.');
  }
  return targets[0] ?? { of: 'programme' };
}

const TARGETS: Readonly<Record<HoldTarget['of'], string>> = {
  programme: 'All mail',
  contact: 'Mail to this person',
  case: 'Mail about this case',
  messages: 'These messages',
};

function configureHold(command: Command, act: 'hold' | 'release'): void {
  const done = act === 'hold' ? 'held' : 'released';
  action<TargetOptions>(
    actsAs(
      command
        .argument('[messages...]', 'message ids, as "mail list" shows them; none = all mail')
        .option('--contact <email>', "only this person's mail")
        .option('--case <id>', 'only mail about this case, by case or asset id'),
    )
      .option('--reason <text>', `why${act === 'hold' ? ' (needed)' : ''}`)
      .addHelpText(
        'after',
        `\nExamples:\n  clearsite mail ${act} --reason "wrong inventory"\n  clearsite mail ${act} --contact jo@example.org --reason "on leave"`,
      ),
    async (io, options, ...messageIds) => {
      const target = targetOf(options, messageIds);
      const set = act === 'hold' ? holdMail : releaseMail;
      const answer: HoldAnswer = await withServices(loadConfig(), (services) =>
        set(services, target, options.reason ?? '', io.who),
      );
      io.answer(answer, () => `${TARGETS[target.of]}: ${answer.changed === 0 ? `was ${done} already` : done}.`);
    },
  );
}

/** The next run within a minute sends it anyway: that Temporal is away is worth a line, and no failure. */
async function hurry(io: Io, services: Services): Promise<void> {
  try {
    await deliverNow(services);
  } catch {
    io.note('The delivery run could not be asked for now: it leaves with the next one that a worker runs.');
  }
}

function configureResend(command: Command): void {
  action<{ readonly reason?: string }>(
    actsAs(command.argument('<message>', 'message id, as "mail list" shows it'))
      .option('--reason <text>', 'why (needed)')
      .addHelpText(
        'after',
        '\nThe same bytes under the same Message-ID: whoever has it already can tell.\n\nExample:\n  clearsite mail resend clearsite.0a1b2c@example.org --reason "deleted by mistake"',
      ),
    async (io, { reason }, messageId = '') => {
      const answer = await withServices(loadConfig(), async (services) => {
        const resent = await resendMail(services, messageId, reason ?? '', io.who, now());
        await hurry(io, services);
        return resent;
      });
      io.answer(answer, () => `"${answer.subject}" leaves again with the next delivery run.`);
    },
  );
}

const NOT_WAITED = 'This is a demonstration: nothing waited for working hours, the morning or the day’s limit.';

function configureDeliver(command: Command): void {
  action<{ readonly now?: true }>(
    command
      .option('--now', 'send what waits without waiting for its time; only in a demonstration')
      .addHelpText(
        'after',
        '\nA worker looks every minute, so that nobody has to ask. Without --now: it looks at once, and sends what is due.\n\nExamples:\n  clearsite mail deliver\n  clearsite mail deliver --now',
      ),
    async (io, { now: atOnce }) => {
      await withServices(loadConfig(), async (services) => {
        if (atOnce !== true) {
          await deliverNow(services);
          io.answer({ asked: true }, () => 'A delivery run was asked for. See "clearsite mail list".');
          return;
        }
        const report = await deliverWithoutWaiting(services);
        const { sent, postponed, failed, problem } = report;
        io.answer({ ...report, paceIgnored: true }, () =>
          [
            NOT_WAITED,
            `${sent} messages sent, ${postponed} to be tried again, ${failed} given up.`,
            ...(problem === null ? [] : [`It stopped early: ${problem}`]),
          ].join('\n'),
        );
      });
    },
  );
}

export function configure(command: Command): void {
  configureList(command.command('list').description('messages, and what waits to become one'));
  configurePreview(command.command('preview').description('who would get what'));
  configureHold(command.command('hold').description('keep mail from leaving'), 'hold');
  configureHold(command.command('release').description('let held mail go'), 'release');
  configureDeliver(command.command('deliver').description('look for mail that is due now'));
  configureResend(command.command('resend').description('send a message once more, as it was'));
}
