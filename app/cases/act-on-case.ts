import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { type CommandAction } from '../../domain/case-actions';
import { Failure } from '../../domain/errors';
import { type FileKind } from '../../domain/evidence';
import { type EvidenceRef } from '../../domain/lifecycle';
import { DEFAULT_NATION, type Outcome, type Stage } from '../../domain/vocabulary';
import { answeredBefore } from '../../register/answers';
import { colleagueCalled } from '../../register/case-detail';
import { type CaseRecord, casesCalled } from '../../register/cases';
import { policyOf, theProgramme } from '../../register/current-policy';
import { caseToPlan } from '../../register/planning';
import { act } from '../act';
import { type ActionRequest } from '../command-body';
import { keepEvidence, type Submission } from '../evidence/add';
import { type Services } from '../services';
import { Dates } from '../plan';
import { EXCEPTIONS, EXTENSIONS, onlyPending } from '../requests';
import { actorName, type Who } from '../who';
import { type ActionInput } from './action-input';
import { theCase } from './find';
import { reopen } from './reopen';
import { commandIdReused, refuseReuse } from './same-command';

/** How a command may be sent; see {@link act}. */
export interface SendOptions {
  readonly commandId: string | null;
  readonly expectedRevision: number | null;
  /** Evidence that is kept already; stands in for what the input names. */
  readonly handedIn?: Submission;
}

/** What is known once a command has been accepted and recorded. */
export interface ActionAnswer {
  readonly accepted: true;
  readonly recorded: true;
  readonly caseId: string;
  readonly commandId: string;
  readonly revision: number;
  readonly sequence: number;
  /** After the command. */
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  readonly nextAction: string;
  /** The closed case that `reopen` carries on from. */
  readonly previousCaseId?: string;
}

type CommandInput = Extract<ActionInput, { action: CommandAction }>;

interface Given {
  readonly note: string;
  readonly evidence?: string | undefined;
  readonly evidenceFile?: string | undefined;
  readonly kind?: FileKind | undefined;
}

function submission({ note, evidence, evidenceFile, kind }: Given): Submission | null {
  if (evidence !== undefined && evidenceFile !== undefined) {
    throw new Failure(
      'bad-usage',
      'Give --evidence (words) or --evidence-file (a file), not both; --note goes with either.',
    );
  }
  if (evidenceFile !== undefined) {
    if (kind !== undefined) return { kind, path: evidenceFile, note };
    throw new Failure('bad-usage', '--evidence-file needs --kind: photo, work-order, scan or certificate.');
  }
  if (kind !== undefined) throw new Failure('bad-usage', '--kind says what --evidence-file is, and there is no file.');
  return evidence === undefined ? null : { kind: 'assertion', note: evidence };
}

/** The request that an input makes, with its evidence kept and people named by contact id. */
async function requestOf(
  services: Services,
  { caseId, departmentId }: CaseRecord,
  input: CommandInput,
  who: Who,
  commandId: string,
  handedIn: Submission | null,
): Promise<ActionRequest> {
  const keep = async (given: Given): Promise<EvidenceRef | null> => {
    const evidence = handedIn ?? submission(given);
    return evidence === null ? null : keepEvidence(services, caseId, evidence, who, commandId);
  };
  switch (input.action) {
    case 'record-assessment':
      return { type: input.action, result: input.result, note: input.note, evidence: await keep(input) };
    case 'confirm-disconnection':
    case 'confirm-removal':
    case 'verify-removal':
      return { type: input.action, note: input.note, evidence: await keep(input) };
    case 'submit-evidence': {
      const evidence = await keep(input);
      if (evidence !== null) return { type: input.action, evidence };
      throw new Failure('bad-usage', 'submit-evidence needs --evidence "…" or --evidence-file PATH --kind KIND.');
    }
    case 'schedule-replacement':
      return { type: input.action, on: input.on };
    case 'request-extension': {
      const { stage, on, reason, text } = input;
      return { type: input.action, stage, on, reason, text, evidence: await keep(input) };
    }
    case 'request-exception': {
      const { until, control, text } = input;
      return { type: input.action, until, control, text, evidence: await keep(input) };
    }
    case 'decide-extension':
    case 'decide-exception': {
      const kinds = input.action === 'decide-exception' ? EXCEPTIONS : EXTENSIONS;
      const requestId = input.request ?? (await onlyPending(await services.register(), caseId, kinds));
      const verdict = input.verdict === 'agree' ? 'agreed' : 'refused';
      return { type: 'decide-request', requestId, verdict, conditions: input.conditions };
    }
    case 'move-upgrade':
      return { type: input.action, to: input.to === 'none' ? null : input.to, reason: input.reason };
    case 'acknowledge':
      return { type: input.action, days: input.days };
    case 'reassign': {
      const to = await colleagueCalled(await services.register(), input.to, departmentId);
      if (to !== null) return { type: input.action, to };
      throw new Failure(
        'unknown-contact',
        `${input.to} is no contact of department ${departmentId} or of the programme.`,
        {
          hint: `See "clearsite contacts list --department ${departmentId}".`,
        },
      );
    }
    case 'retract':
      return { type: input.action, stage: input.stage, reason: input.reason };
    case 'withdraw':
      return { type: input.action, reason: input.reason, outcome: 'withdrawn' };
  }
}

async function answered(
  services: Services,
  answer: Pick<ActionAnswer, 'caseId' | 'commandId' | 'revision' | 'sequence'>,
  previousCaseId?: string,
): Promise<ActionAnswer> {
  const { caseId, commandId, revision, sequence } = answer;
  const [record] = await casesCalled(await services.register(), caseId);
  if (record === undefined) throw new Error(`case ${caseId} answered and is not in the register`);
  const { stage, outcome, nextAction } = record;
  const link = previousCaseId === undefined ? {} : { previousCaseId };
  return { accepted: true, recorded: true, caseId, commandId, revision, sequence, stage, outcome, nextAction, ...link };
}

/** How the dates of a case are counted. */
async function datesOf(pool: Pool, caseId: string): Promise<Dates> {
  const { programmeId } = await theProgramme(pool);
  const item = await caseToPlan(pool, caseId);
  return new Dates(await policyOf(pool, programmeId), item?.nation ?? DEFAULT_NATION);
}

/** A command under an id of the sender's own. */
interface Repeatable {
  readonly caseId: string;
  readonly commandId: string;
  readonly request: ActionRequest;
  /** Contact id or `ops:<user>`. */
  readonly actor: string;
}

/**
 * The answer that a command got before, by what the register holds of it; null where it holds nothing. It outlives both
 * the case and the workflow's own memory.
 * @throws Failure `command-id-reused` where the id stands for another command
 */
async function earlierAnswer(services: Services, command: Repeatable): Promise<ActionAnswer | null> {
  const { caseId, commandId, request, actor } = command;
  const pool = await services.register();
  const before = await answeredBefore(pool, caseId, commandId);
  if (before === null) return null;
  refuseReuse(command, request, actor, before.events, await datesOf(pool, caseId));
  return answered(services, { caseId, commandId, ...before });
}

/**
 * Sends a command whose id may have been used before. What is recorded under the id is compared with what is asked:
 * before, so that another command is never sent; and again once the case has answered, since somebody else may have
 * used the id in the same moment, and the case then answers both with what it did for the first.
 *
 * The rule ends where nothing is recorded yet: while the first command is accepted and the register is away, a second
 * one under its id ends as the first does, with `not-recorded-yet`, and is compared when it is sent again.
 */
async function sendOnce(
  services: Services,
  command: Repeatable,
  who: Who,
  expected: { readonly expectedRevision?: number },
): Promise<ActionAnswer> {
  const { caseId, commandId, request } = command;
  const before = await earlierAnswer(services, command);
  if (before !== null) return before;
  try {
    const answer = await act(services, caseId, request, who, { commandId, ...expected });
    return (await earlierAnswer(services, command)) ?? (await answered(services, answer));
  } catch (error) {
    // It closed meanwhile, perhaps by this very command, sent before.
    const ended = error instanceof Failure && ['case-closed', 'not-running'].includes(error.code);
    const after = ended ? await earlierAnswer(services, command) : null;
    if (after === null) throw error;
    return after;
  }
}

/**
 * Carries out one of the contract's actions on a case, named by its id or its device's asset id.
 * @throws Failure with the rejection's code (exit 1), for wrong usage and a command id that stands for another command
 * (exit 2), for services away or a command that is accepted and not recorded within 10 seconds (exit 3)
 */
export async function actOnCase(
  services: Services,
  id: string,
  input: ActionInput,
  who: Who,
  options: SendOptions,
): Promise<ActionAnswer> {
  const pool = await services.register();
  const record = await theCase(pool, id);
  const { caseId } = record;
  const commandId = options.commandId ?? randomUUID();
  if (input.action === 'reopen') {
    if ((await answeredBefore(pool, caseId, commandId)) !== null) throw commandIdReused(caseId, commandId);
    const { record: next, previousCaseId } = await reopen(services, record, input.reason, who, commandId);
    return answered(services, { ...next, commandId }, previousCaseId);
  }
  const expected = options.expectedRevision === null ? {} : { expectedRevision: options.expectedRevision };
  const request = await requestOf(services, record, input, who, commandId, options.handedIn ?? null);
  if (options.commandId === null)
    return answered(services, await act(services, caseId, request, who, { commandId, ...expected }));
  const actor = await actorName(pool, who);
  return sendOnce(services, { caseId, commandId, request, actor }, who, expected);
}
