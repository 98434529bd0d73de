import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ApplicationFailure,
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  WorkflowUpdateStage,
} from '@temporalio/client';
import { Failure } from '../domain/errors';
import { type Actor, type Command, type CommandBody } from '../domain/lifecycle';
import { policyOf, theProgramme } from '../register/current-policy';
import { setUpgrade } from '../register/device-place';
import { caseToPlan, type CaseToPlan } from '../register/planning';
import { actUpdate, type CommandAnswer, STARTING_AFRESH, workflowIdOf } from '../workflows/messages';
import { type ActionRequest, commandBody } from './command-body';
import { type Services } from './services';
import { resolveActor, type Who } from './who';

/** How long a command may wait for a worker to look at it. */
const ACCEPTED_WITHIN = 10_000;
/** How long an accepted command may take to be recorded before the sender is told that it is not yet. */
const RECORDED_WITHIN = 10_000;
/** How long to wait before a command goes to a case again whose history was about to start afresh, in milliseconds. */
const AFRESH_PAUSE = 50;
/** How often a command is computed anew after somebody else was faster. */
const ATTEMPTS = 4;

export interface ActOptions {
  /** For safe repeats: the same id is carried out once. @default a new one */
  readonly commandId?: string;
  /** The revision that the sender saw; without one the command is computed for the newest. */
  readonly expectedRevision?: number;
}

export interface ActAnswer extends CommandAnswer {
  readonly accepted: true;
  readonly recorded: true;
  readonly caseId: string;
}

async function findCase(services: Services, caseId: string): Promise<CaseToPlan> {
  const found = await caseToPlan(await services.register(), caseId);
  if (found !== null) return found;
  throw new Failure('unknown-case', `There is no case ${caseId}.`, { hint: 'See "clearsite cases list".' });
}

function noAnswer(caseId: string, commandId: string): Failure {
  return new Failure('no-answer', `No worker has taken up the command for case ${caseId} within 10 seconds.`, {
    exit: 3,
    hint: 'See "clearsite doctor": is a worker running? The command may still be carried out; send it again with the same --command-id, which is carried out once.',
    details: { caseId, commandId },
  });
}

/** True where the case took no command since its history starts afresh. */
function isStartingAfresh(error: unknown): boolean {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === STARTING_AFRESH;
}

/** A refused or failed update as something that a user can act on. */
function asFailure(error: unknown, caseId: string, commandId: string): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    return new Failure(error.cause.type ?? 'rejected', error.cause.message, { exit: 1, details: { caseId } });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return noAnswer(caseId, commandId);
  if (error instanceof WorkflowNotFoundError) {
    return new Failure('not-running', `The workflow of case ${caseId} is not running.`, {
      exit: 1,
      hint: `See "clearsite cases show ${caseId}"; "clearsite reconcile" opens cases that wait and repairs lost ones.`,
      details: { caseId },
    });
  }
  return error;
}

async function recordedInTime(
  answer: Promise<CommandAnswer>,
  caseId: string,
  commandId: string,
): Promise<CommandAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Failure(
          'not-recorded-yet',
          `Case ${caseId} accepted the command, but the register has not recorded it within 10 seconds.`,
          {
            exit: 3,
            hint: 'Nothing is lost: it is recorded as soon as the register answers. See "clearsite doctor".',
            details: { accepted: true, recorded: false, commandId, caseId },
          },
        ),
      );
    }, RECORDED_WITHIN);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a command to a case's workflow and waits until the register holds what followed.
 * @throws Failure (exit 1) with the rejection's code; (exit 3) `no-answer` or `not-recorded-yet`; whatever the connection says
 */
export async function sendCommand(client: Client, caseId: string, command: Command): Promise<CommandAnswer> {
  // Without a worker nobody would ever accept it, and the server would have us wait for ever.
  const deadline = Date.now() + ACCEPTED_WITHIN;
  for (;;) {
    try {
      const handle = await client.withDeadline(deadline, () =>
        client.workflow.getHandle(workflowIdOf(caseId)).startUpdate(actUpdate, {
          args: [command],
          updateId: command.commandId,
          waitForStage: WorkflowUpdateStage.ACCEPTED,
        }),
      );
      return await recordedInTime(handle.result(), caseId, command.commandId);
    } catch (error) {
      if (!isStartingAfresh(error)) throw asFailure(error, caseId, command.commandId);
      if (Date.now() > deadline) throw noAnswer(caseId, command.commandId);
      await pause(AFRESH_PAUSE);
    }
  }
}

interface Composed {
  readonly body: CommandBody;
  readonly actor: Actor;
  readonly revision: number;
}

function alreadyClosed(caseId: string): Failure {
  return new Failure('case-closed', `Case ${caseId} is closed.`, {
    exit: 1,
    hint: `To start it again: clearsite cases act ${caseId} reopen --reason "…".`,
    details: { caseId },
  });
}

/** The command in its envelope, computed for the case as it is now. */
async function compose(services: Services, caseId: string, request: ActionRequest, who: Who): Promise<Composed> {
  const pool = await services.register();
  const item = await findCase(services, caseId);
  const { facts, revision, status } = item;
  const programme = await theProgramme(pool);
  const policy = await policyOf(pool, programme.programmeId);
  const actor = await resolveActor(pool, who, facts, programme);
  // A closed case hears nothing: there is nothing to compute for it.
  if (status === 'closed') throw alreadyClosed(caseId);
  const now = new Date().toISOString();
  return { body: await commandBody(pool, request, { item, policy, programme, now }), actor, revision };
}

/**
 * Acts on a case in somebody's name. Where no revision is given and another command was faster, it is computed anew.
 * @throws Failure as {@link sendCommand}, `unknown-case`, `unknown-contact`
 */
export async function act(
  services: Services,
  caseId: string,
  request: ActionRequest,
  who: Who,
  options: ActOptions = {},
): Promise<ActAnswer> {
  const commandId = options.commandId ?? randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    const { body, actor, revision } = await compose(services, caseId, request, who);
    const expectedRevision = options.expectedRevision ?? revision;
    const client = await services.temporal();
    try {
      const answer = await sendCommand(client, caseId, { ...body, commandId, actor, expectedRevision });
      // The inventory says so from now on, or the next import and the next policy would move the dates back.
      if (request.type === 'move-upgrade') await setUpgrade(await services.register(), caseId, request.to);
      return { accepted: true, recorded: true, caseId, ...answer };
    } catch (error) {
      const stale = error instanceof Failure && error.code === 'stale-revision';
      if (!stale || options.expectedRevision !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}
