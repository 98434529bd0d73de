import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { type Client } from '@temporalio/client';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { makeRecord } from '../../activities/record';
import { sendCommand } from '../../app/act';
import { startCase } from '../../app/open-cases';
import { firstRungs } from '../../app/plan';
import { openServices, type Services } from '../../app/services';
import { type CaseFacts, type Command, type CommandBody, type Plan } from '../../domain/lifecycle';
import { DAY } from '../../domain/ladder/ladder';
import { Failure } from '../../domain/errors';
import { type Policy } from '../../domain/policy/policy';
import { dataConverter, FAILURE_CONVERTER_PATH } from '../../platform/data-converter';
import { packageRoot } from '../../platform/paths';
import { caseToPlan } from '../../register/planning';
import { caseQuery, type CaseView, type CommandAnswer, TASK_QUEUE, workflowIdOf } from '../../workflows/messages';
import { command, planOf, type Sending } from './a-case';
import { seedDevice, seedProgramme } from './a-programme';
import { londonDate, stepped } from './plain-calendar';
import { type TestStack } from './stack';

/** Quiet but for errors: a test's output is its titles. */
const silent = new DefaultLogger('ERROR');
let bundle: Promise<{ code: string }> | null = null;

/** The workflows of this checkout, bundled once for each test file. */
export function workflowBundle(): Promise<{ code: string }> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: join(packageRoot(), 'workflows', 'index.ts'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: silent,
  });
  return bundle;
}

/** Days after which the first tasks are due. */
const DUE = [14, 28, 42];

/** The next moment, from tomorrow on, after which the first tasks fall due on working days. */
function nextStart(): string {
  for (let days = 1; ; days += 1) {
    const start = Date.now() + days * DAY;
    const dates = DUE.map((due) => londonDate(new Date(start + due * DAY).toISOString()));
    if (dates.every((date) => stepped(date, 0) === date)) return new Date(start).toISOString();
  }
}

/**
 * The budgets of the tests, counted from a moment of the next days or another: assessing is due 14 days later. Counted from now,
 * the first reminder would be today's at 08:00, over or not by the hour at which the tests run; and two reminders would come on
 * one day where a task falls due on a day on which nobody works.
 */
export function planFromNow(start = nextStart()): Plan {
  return planOf(1, start);
}

export interface CaseWorker {
  stop(): Promise<void>;
}

/** A worker for cases alone: the real workflow and the real `record`, without schedules and mail. */
export async function startCaseWorker(
  stack: Pick<TestStack, 'temporal' | 'config'>,
  pool: Pool,
  options: Partial<WorkerOptions> = {},
): Promise<CaseWorker> {
  quieten();
  const connection = await NativeConnection.connect({ address: stack.temporal.address });
  const worker = await Worker.create({
    connection,
    namespace: stack.temporal.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { record: makeRecord(pool) },
    dataConverter: dataConverter(stack.config),
    stickyQueueScheduleToStartTimeout: '4s',
    ...options,
  });
  const done = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

let installed = false;
/** No lines of the SDK among those of a test. */
export function quieten(): void {
  if (!installed) Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
  installed = true;
}

/** Cases in a register of a test's own, with a worker that runs them. */
export class Cases {
  #number = 0;

  private constructor(
    readonly stack: TestStack,
    readonly services: Services,
    readonly pool: Pool,
    readonly client: Client,
    readonly policy: Policy,
  ) {}

  /** @param client one with another data converter than the product's */
  static async in(stack: TestStack, client?: Client): Promise<Cases> {
    const services = openServices(stack.config);
    const pool = await services.register();
    const policy = await seedProgramme(pool, { startedAt: '2026-11-23T09:00:00.000Z' });
    return new Cases(stack, services, pool, client ?? (await services.temporal()), policy);
  }

  /** A new device with its case as an import leaves it; what the case starts with. */
  async facts(changes: Partial<CaseFacts> = {}): Promise<CaseFacts> {
    this.#number += 1;
    const assetId = `CAM-${this.#number}`;
    const caseId = await seedDevice(this.pool, this.policy, { assetId });
    const found = await caseToPlan(this.pool, caseId);
    return { ...found!.facts, ...changes };
  }

  /** Starts a case with a plan and the rungs of its first ladder. */
  async start(facts: CaseFacts, plan: Plan | null): Promise<void> {
    const rungs = firstRungs(plan, this.policy, 'england-and-wales');
    await startCase(this.client, { facts, plan, rungs }, 'opened-once');
  }

  /** Opens a case of a new device, and waits until the register has it open: a worker's first task takes its time. @returns its id */
  async open(plan: Plan | null, changes: Partial<CaseFacts> = {}): Promise<string> {
    const facts = await this.facts(changes);
    await this.start(facts, plan);
    const opening = `SELECT FROM cases WHERE case_id = $1 AND status = 'opening'`;
    while ((await this.pool.query(opening, [facts.caseId])).rowCount !== 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return facts.caseId;
  }

  /** Sends a command as app/ does. @throws Failure with the rejection's code */
  send(caseId: string, body: CommandBody | Command, sending: Sending = {}): Promise<CommandAnswer> {
    return sendCommand(this.client, caseId, 'commandId' in body ? body : command(body, sending));
  }

  /** Sends a command until it is answered, under one id, as its sender is told to on a machine that is slow. */
  async insist(caseId: string, body: CommandBody, sending: Sending = {}): Promise<CommandAnswer> {
    const asked = command(body, sending);
    for (;;) {
      try {
        return await this.send(caseId, asked);
      } catch (error) {
        if (!(error instanceof Failure) || error.exit !== 3) throw error;
      }
    }
  }

  view(caseId: string): Promise<CaseView> {
    return this.client.workflow.getHandle(workflowIdOf(caseId)).query(caseQuery);
  }

  /** Resolves when the case's workflow has ended. */
  ended(caseId: string): Promise<unknown> {
    return this.client.workflow.getHandle(workflowIdOf(caseId)).result();
  }

  async close(): Promise<void> {
    await this.services.close();
  }
}
