import { setTimeout as delay } from 'node:timers/promises';
import { startCase } from '../app/open-cases';
import { type Plan } from '../domain/lifecycle';
import { STAGES } from '../domain/vocabulary';
import { startWorkerProcess } from '../platform/embedded/own-process';
import { openingCases } from '../register/planning';
import { recordedRungs } from '../register/latency';
import { setStage } from './support/stage';

/**
 * From a due instant to its reminder in the register, the worker being idle: `npm run build && node dist/bench/reminder-latency.js
 * [cases]`. One case falls due every half second.
 */
const CASES = Number(process.argv[2] ?? 60);
const APART = 500;
/** The first falls due after all have opened. */
const LEAD = 20_000;

/** A plan whose first stage is due at an instant. */
function planDueAt(due: string): Plan {
  const milestones = STAGES.map((stage) => ({
    stage,
    due,
    rule: 'stage-budget',
    candidates: [{ rule: 'stage-budget', due }],
  }));
  return { number: 1, milestones };
}

async function main(): Promise<void> {
  const stage = await setStage();
  const { config, services } = stage;
  try {
    const worker = await startWorkerProcess({ home: config.home, signal: new AbortController().signal });
    try {
      await stage.addDevices('DUE', CASES);
      const pool = await services.register();
      const client = await services.temporal();
      const start = Date.now() + LEAD;
      const items = await openingCases(pool, '', CASES);
      for (const [index, { facts }] of items.entries()) {
        const due = new Date(start + index * APART).toISOString();
        const rungs = [
          { stage: 'assess' as const, days: 0, at: due, due, countedFrom: null, to: ['task-owner' as const] },
        ];
        await startCase(client, { facts, plan: planDueAt(due), rungs }, 'opened-once');
      }
      await delay(LEAD + CASES * APART + 5_000);
      const lateness = (await recordedRungs(pool))
        .map(({ dueAt, recordedAt }) => recordedAt - dueAt)
        .sort((a, b) => a - b);
      const at = (share: number): number =>
        lateness[Math.min(lateness.length - 1, Math.floor(lateness.length * share))] ?? Number.NaN;
      console.log(
        `${lateness.length} of ${CASES} reminders recorded; ms after the due instant: median ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)}`,
      );
      console.log(`p95 ${(at(0.95) / 1000).toFixed(2)} s (must stay under 1 s)`);
    } finally {
      await worker.stop();
    }
  } finally {
    await stage.stop();
  }
}

void main();
