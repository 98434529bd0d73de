import { type Pool } from 'pg';
import { leavesAt } from '../../domain/mail/pace';
import { recipientsOf } from '../../domain/notices/recipients';
import { type Policy } from '../../domain/policy/policy';
import { type Instant } from '../../domain/records';
import { DEFAULT_NATION } from '../../domain/vocabulary';
import { draft, type Draft } from '../../notify/compose';
import { previewLinks } from '../../notify/links';
import { type MailRow } from '../../notify/rows';
import { eventsOfCases } from '../../register/mail-preview';
import { mailCases } from '../../register/mail-rows';
import { type ReachablePerson } from '../../register/outbox';
import { type CaseToPlan, unplannedCases } from '../../register/planning';
import { deputiesOf, nationsOf } from '../../register/recipient';
import { type Services } from '../services';
import { clockStarts, laddersAhead, stateOf, type Step } from './ahead';
import { directory } from './directory';
import { readyAt } from './pace';
import { readerOf } from './recipient';
import { ProgrammeMail } from './setting';

/** A message that would be sent, had it to be composed now. */
export interface PreviewedMessage extends Draft {
  readonly to: string;
  readonly name: string;
  /** The absent person whose deputy it goes to; null = it goes to the person. */
  readonly deputyFor: string | null;
  /** How many notices it gathers. */
  readonly notices: number;
  /** `start`: leaves once the programme starts. */
  readonly waits: 'due' | 'later' | 'held' | 'start';
  /** When it leaves, if nothing else happens; null where it is held. Its words are those of that moment. */
  readonly leavesAt: Instant | null;
}

/** One message in the making: a person's first post, and everything that is due to the address. */
interface Gathered {
  readonly person: ReachablePerson;
  readonly rows: MailRow[];
}

const PAGE = 500;

/** Cases whose clock `programme start` would set going, a page at a time. */
async function* casesToStart(pool: Pool): AsyncGenerator<readonly CaseToPlan[]> {
  for (let after = ''; ;) {
    const page = await unplannedCases(pool, after, PAGE);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.facts.caseId;
  }
}

/** What happens at the very start: the clock is set going, and what is past by then is told at once. */
function firstSteps(item: CaseToPlan, state: Step['state'], policy: Policy, now: Instant): Step[] {
  const start = clockStarts(item, state, policy, now, now);
  if (start === null) return [];
  const steps = [start];
  for (const step of laddersAhead(start.state, policy, item.nation, now)) {
    if (step.at > now) break;
    steps.push(step);
  }
  return steps;
}

/** The rows that `record` would write for a step, each with the person it is for. */
function rowsOf(
  { notices, state }: Step,
  { facts }: CaseToPlan,
  people: readonly ReachablePerson[],
  task: MailRow['case'],
): { person: ReachablePerson; row: MailRow }[] {
  return notices.flatMap(({ kind, key, stage, due, to }) => {
    const ids = recipientsOf(to, people, { siteId: facts.siteId, owner: state.owner });
    const recipients = people.filter(({ contactId }) => ids.includes(contactId));
    return recipients.map((person) => {
      const { contactId, role, departmentId } = person;
      const about = { kind, stage, due, case: task, alsoTold: [], unreachable: null, news: null };
      return { person, row: { key: `${key}/${contactId}`, contactId, role, departmentId, ...about } };
    });
  });
}

/** Everything that `programme start` would write, by address. */
async function gather(pool: Pool, policy: Policy, now: Instant): Promise<Gathered[]> {
  const peopleOf = directory(pool);
  const gathered = new Map<string, Gathered>();
  for await (const page of casesToStart(pool)) {
    const ids = page.map(({ facts }) => facts.caseId);
    const [cases, events] = [await mailCases(pool, ids), await eventsOfCases(pool, ids)];
    for (const item of page) {
      const { caseId, departmentId } = item.facts;
      const people = await peopleOf(departmentId);
      const steps = firstSteps(item, stateOf(events.get(caseId) ?? []), policy, now);
      for (const { person, row } of steps.flatMap((step) => rowsOf(step, item, people, cases.get(caseId) ?? null))) {
        const found = gathered.get(person.email);
        if (found === undefined) gathered.set(person.email, { person, rows: [row] });
        else found.rows.push(row);
      }
    }
  }
  return [...gathered.values()];
}

/** The first mail of every case whose clock `programme start` would set going, were it run at `now`. */
export async function previewStart(services: Services, programmeId: string, now: Instant): Promise<PreviewedMessage[]> {
  const pool = await services.register();
  const mail = await ProgrammeMail.of(pool, programmeId, services.config);
  const gathered = await gather(pool, mail.policy, now);
  const ids = gathered.map(({ person }) => person.contactId);
  const [nations, deputies] = [await nationsOf(pool, ids), await deputiesOf(pool, ids, mail.today(now))];
  return gathered.map(({ person: { contactId, name, email }, rows }) => {
    const nation = nations.get(contactId) ?? DEFAULT_NATION;
    const ready = rows.map(({ kind }) => readyAt({ kind, writtenAt: now, nation }, mail, now));
    const at = leavesAt(ready, () => 0, mail.calendar(nation).pace, mail.pacing, now);
    const deputy = deputies.get(contactId);
    const recipient = readerOf({ name, email }, deputy);
    const setting = mail.setting();
    return {
      to: recipient.address,
      name: recipient.name,
      deputyFor: deputy === undefined ? null : name,
      notices: rows.length,
      waits: 'start',
      leavesAt: at,
      ...draft(recipient, rows, at, setting, previewLinks(rows, at, setting)),
    };
  });
}
