import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { makeRecord } from '../activities/record';
import { concurrently, IN_FLIGHT } from '../app/concurrently';
import { openCases } from '../app/open-cases';
import { startProgramme } from '../app/programme';
import { requireTemporal } from '../platform/config';
import { dataConverter } from '../platform/data-converter';
import { programmeFigures } from '../register/programme';
import { TASK_QUEUE } from '../workflows/messages';
import { TUNING } from '../workers/worker';
import { setStage, type Stage } from './support/stage';

/**
 * Cases opened a second, against workflows of one no-op activity: `npm run build && node dist/bench/open-cases.js [cases] [rounds]`.
 * A case counts when its `opened` event is committed in PostgreSQL, a baseline workflow when its activity completes. Both run on
 * the same worker with the product's tuning, started twenty at a time, round by round in turn.
 */
const CASES = Number(process.argv[2] ?? 500);
const ROUNDS = Number(process.argv[3] ?? 4);

let completed = 0;

async function baseline({ services }: Stage): Promise<number> {
  const client = await services.temporal();
  completed = 0;
  const start = performance.now();
  await concurrently(
    Array.from({ length: CASES }, () => randomUUID()),
    IN_FLIGHT,
    async (workflowId) => {
      await client.workflow.start('oneActivity', { workflowId, taskQueue: TASK_QUEUE, args: [] });
    },
  );
  while (completed < CASES) await delay(5);
  return (CASES * 1000) / (performance.now() - start);
}

async function subject(stage: Stage, round: number): Promise<number> {
  await stage.addDevices(`R${round}`, CASES);
  const pool = await stage.services.register();
  const programme = 'uk-2022-visual-surveillance';
  const before = (await programmeFigures(pool, programme)).open;
  const start = performance.now();
  await openCases(stage.services);
  while ((await programmeFigures(pool, programme)).open < before + CASES) await delay(20);
  return (CASES * 1000) / (performance.now() - start);
}

async function main(): Promise<void> {
  const stage = await setStage();
  const { address, namespace, connection: options } = requireTemporal(stage.config);
  const connection = await NativeConnection.connect({ ...options, address });
  try {
    const pool = await stage.services.register();
    await startProgramme(stage.services, { as: null, typist: null });
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: require.resolve('./support/workflows'),
        failureConverterPath: require.resolve('../platform/failure-converter'),
      }),
      activities: {
        record: makeRecord(pool),
        nothing: async () => {
          completed += 1;
        },
      },
      dataConverter: await dataConverter(stage.config),
      ...TUNING,
    });
    await worker.runUntil(async () => {
      await baseline(stage);
      const ratios: number[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const base = await baseline(stage);
        const opened = await subject(stage, round);
        ratios.push(opened / base);
        console.log(
          `round ${round}: one no-op activity ${base.toFixed(1)}/s, cases opened ${opened.toFixed(1)}/s, ratio ${(opened / base).toFixed(2)}`,
        );
      }
      ratios.sort((a, b) => a - b);
      const median = ratios[Math.floor(ratios.length / 2)] ?? 0;
      console.log(`cases opened / one no-op activity: median ratio ${median.toFixed(2)} (must reach 0.80)`);
    });
  } finally {
    await connection.close();
    await stage.stop();
  }
}

void main();
