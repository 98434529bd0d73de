import { type Pool } from 'pg';
import { Failure } from '../../domain/errors';
import { type NoticeKind } from '../../domain/notices/notices';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Instant } from '../../domain/records';
import { DEFAULT_NATION, type Role, type WorkStage } from '../../domain/vocabulary';
import { theProgramme } from '../../register/current-policy';
import { eventsOfCases } from '../../register/mail-preview';
import { caseToPlan } from '../../register/planning';
import { nationsOf } from '../../register/recipient';
import { type Services } from '../services';
import { clockStarts, laddersAhead, stateOf, type Step } from './ahead';
import { type Directory, directory } from './directory';
import { readyAt } from './pace';
import { ProgrammeMail } from './setting';

/** Somebody who will be written to. */
export interface ForecastRecipient {
  readonly contactId: string;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  /** When the message leaves that carries it at the latest: earlier where something urgent to them leaves before. */
  readonly leavesAt: Instant;
}

/** A mail to come about one task of a case, if nobody does anything. Instants in UTC. */
export interface ForecastMail {
  /** When it is written; mail is gathered, and leaves in working hours: see `to`. */
  readonly at: Instant;
  readonly kind: NoticeKind;
  readonly stage: WorkStage;
  readonly due: Instant | null;
  /** Days of the rung after (or, negative, before) the due instant; null = no rung: a task's turn has come. */
  readonly days: number | null;
  readonly to: readonly ForecastRecipient[];
}

export interface MailForecast {
  /** IANA zone in which the policy's dates are days. */
  readonly zone: string;
  readonly mails: readonly ForecastMail[];
}

/** What the mails of a case are foretold from. */
interface Foreseen {
  readonly pool: Pool;
  readonly mail: ProgrammeMail;
  readonly peopleOf: Directory;
}

async function mailsOf({ at, notices, state }: Step, { pool, mail, peopleOf }: Foreseen): Promise<ForecastMail[]> {
  if (state.facts === null) return [];
  const { departmentId, siteId } = state.facts;
  const people = await peopleOf(departmentId);
  const nations = await nationsOf(
    pool,
    people.map(({ contactId }) => contactId),
  );
  return notices.map(({ kind, stage, due, days, to }) => {
    const ids = recipientsOf(to, people, { siteId, owner: state.owner });
    const recipients = people.filter(({ contactId }) => ids.includes(contactId));
    const leaves = (contactId: string): Instant => {
      const nation = nations.get(contactId) ?? DEFAULT_NATION;
      return readyAt({ kind, writtenAt: at, nation }, mail, at);
    };
    return {
      at,
      kind,
      stage,
      due,
      days,
      to: recipients.map(({ contactId, role, name, email }) => ({
        contactId,
        role,
        name,
        email,
        leavesAt: leaves(contactId),
      })),
    };
  });
}

/**
 * The next mails about a case, in order, if nobody does anything and the people stay the same. Before programme start
 * it is as if the programme started now.
 * @param count how many; fewer come only where the case is closed
 * @throws Failure `unknown-case`, `no-policy`
 */
export async function forecastMail(
  services: Services,
  caseId: string,
  now: Instant,
  count: number,
): Promise<MailForecast> {
  const pool = await services.register();
  const item = await caseToPlan(pool, caseId);
  if (item === null) {
    throw new Failure('unknown-case', `There is no case ${caseId}.`, { hint: 'See "clearsite cases list".' });
  }
  const mail = await ProgrammeMail.of(pool, item.facts.programmeId, services.config);
  const { policy } = mail;
  const { startedAt } = await theProgramme(pool);
  const recorded = stateOf((await eventsOfCases(pool, [caseId])).get(caseId) ?? []);
  const first = clockStarts(item, recorded, policy, startedAt ?? now, now);
  const foreseen: Foreseen = { pool, mail, peopleOf: directory(pool) };
  const mails = first === null ? [] : await mailsOf(first, foreseen);
  for (const step of laddersAhead(first?.state ?? recorded, policy, item.nation, now)) {
    if (mails.length >= count) break;
    mails.push(...(await mailsOf(step, foreseen)));
  }
  return { zone: policy.zone, mails: mails.slice(0, count) };
}
