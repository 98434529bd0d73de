import { type Pool } from 'pg';
import { type Config } from '../../platform/config';
import { openRegister } from '../../platform/connections';
import { checkSmtp } from '../../platform/smtp-check';
import { findProgramme } from '../../register/current-policy';
import { mailFigures } from '../../register/mail-list';
import { pendingMigrations } from '../../register/migrate';
import { type Check, finding, missing, ok } from './check';

async function checkServer({ smtpUrl, source }: Config): Promise<Check> {
  if (smtpUrl === null)
    return missing('mail', 'no mail server is named and none is running', 'clearsite up, or set SMTP_URL');
  const problem = await checkSmtp(smtpUrl);
  if (problem === null)
    return ok(
      'mail',
      source.smtp === 'up' ? 'the embedded server keeps mail as files and delivers none' : 'the mail server answers',
    );
  const todo = 'see that SMTP_URL is right and that the server is running there';
  return missing('mail', `the mail server does not take us: ${problem}`, todo);
}

/** What keeps mail from people although the server answers: holds, refusals, nobody to write to. */
async function checkMailbag(pool: Pool, now: Date): Promise<readonly Check[]> {
  const figures = await mailFigures(pool, now.toISOString());
  const programme = await findProgramme(pool);
  const { pending, retrying, lastError, failed, refusedContacts, unreachable, holds } = figures;
  const details = { ...figures };
  return [
    ...(programme?.mailHeld
      ? [
          finding(
            'mail',
            `all mail is held; ${pending} notices wait`,
            'clearsite mail preview, then clearsite mail release',
            details,
          ),
        ]
      : []),
    ...(holds > 0 ? [finding('mail', `${holds} holds keep mail back`, 'clearsite mail list', details)] : []),
    ...(retrying > 0
      ? [
          finding(
            'mail',
            `${retrying} messages have been tried and not taken: ${lastError ?? 'no reason given'}`,
            'clearsite mail list; they are tried again by themselves',
            details,
          ),
        ]
      : []),
    ...(failed > 0
      ? [
          finding(
            'mail',
            `${failed} messages were given up in the last 7 days`,
            'clearsite mail list --state failed',
            details,
          ),
        ]
      : []),
    ...(refusedContacts > 0
      ? [
          finding(
            'mail',
            `${refusedContacts} contacts have addresses that were refused`,
            'clearsite contacts list, then put the addresses right with clearsite contacts set',
            details,
          ),
        ]
      : []),
    ...(unreachable > 0
      ? [
          finding(
            'mail',
            `${unreachable} notices are for people who cannot be reached`,
            'clearsite contacts set: name somebody for the post',
            details,
          ),
        ]
      : []),
  ];
}

async function lookIntoBag(config: Config, now: Date): Promise<readonly Check[]> {
  if (config.databaseUrl === null) return [];
  // A register that is away or behind is said by its own check.
  const pool = await openRegister(config).catch(() => null);
  if (pool === null) return [];
  try {
    return (await pendingMigrations(config.databaseUrl)).length > 0 ? [] : await checkMailbag(pool, now);
  } finally {
    await pool.end();
  }
}

/** Mail: whether the server takes us, and whether anything keeps mail from people. */
export async function checkMail(config: Config, now: Date): Promise<readonly Check[]> {
  // At once, since a service that stays silent takes its time.
  const [server, bag] = await Promise.all([checkServer(config), lookIntoBag(config, now)]);
  return [server, ...bag];
}
