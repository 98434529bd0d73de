import { setTimeout as delay } from 'node:timers/promises';
import { openCases } from '../app/open-cases';
import { startProgramme } from '../app/programme';
import { startWorkerProcess } from '../platform/embedded/own-process';
import { programmeFigures } from '../register/programme';
import { coresUsed } from './support/cpu';
import { setStage } from './support/stage';

/**
 * What open cases cost while nothing happens: `npm run build && node dist/bench/idle.js [cases] [seconds]`. Server, worker and
 * PostgreSQL are measured without cases, then with them, each after settling, in one run. Linux only.
 */
const CASES = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 60);
const SETTLE = 60_000;

async function main(): Promise<void> {
  const stage = await setStage();
  const { config, services, installation } = stage;
  try {
    const worker = await startWorkerProcess({ home: config.home, signal: new AbortController().signal });
    try {
      const pids = [installation.postgres?.current().pid, installation.temporal?.current().pid, worker.pid].flatMap(
        (pid) => pid ?? [],
      );
      await startProgramme(services, { as: null, typist: null });
      await delay(SETTLE);
      const without = await coresUsed(pids, SECONDS);
      console.log(`without cases: ${without.toFixed(3)} core`);
      await stage.addDevices('IDLE', CASES);
      await openCases(services);
      const pool = await services.register();
      while ((await programmeFigures(pool, 'uk-2022-visual-surveillance')).open < CASES) await delay(500);
      await delay(SETTLE);
      const with_ = await coresUsed(pids, SECONDS);
      console.log(`with ${CASES} open cases: ${with_.toFixed(3)} core`);
      console.log(
        `added: ${(with_ - without).toFixed(3)} core (must stay under 0.020), ratio ${(with_ / without).toFixed(2)}`,
      );
    } finally {
      await worker.stop();
    }
  } finally {
    await stage.stop();
  }
}

void main();
