import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { actOnCase } from '../app/cases/act-on-case';
import { IN_FLIGHT } from '../app/concurrently';
import { openCases } from '../app/open-cases';
import { applyPolicyFile } from '../app/policies';
import { startProgramme } from '../app/programme';
import { replanMarked } from '../app/replan';
import { Failure } from '../domain/errors';
import { startWorkerProcess } from '../platform/embedded/own-process';
import { packageRoot } from '../platform/paths';
import { programmeFigures } from '../register/programme';
import { countMarked } from '../register/replanning';
import { type Services } from '../app/services';
import { setStage, type Stage } from './support/stage';

/**
 * Open cases given new dates by a change of policy, while a person's command is sent every 200 ms, each to another case:
 * `npm run build && node dist/bench/replan.js [cases] [calm commands]`. The same commands before it, without replanning, are what
 * theirs are compared with. The worker is a process of its own, as in production; replanning and people share the other one.
 */
const CASES = Number(process.argv[2] ?? 10_000);
const CALM = Number(process.argv[3] ?? 100);
const APART = 200;
const MUST_MS = 2_000;
const PROGRAMME = 'uk-2022-visual-surveillance';
const OPS = { as: null, typist: null };

/** Sends a command every so often, whether or not the one before it was answered. */
class Person {
  readonly #took: number[] = [];
  readonly #sent: Promise<void>[] = [];
  #failed = 0;

  constructor(
    private readonly services: Services,
    private next: number,
  ) {}

  async #command(assetId: string): Promise<void> {
    const begun = performance.now();
    try {
      const send = { commandId: null, expectedRevision: null };
      await actOnCase(this.services, assetId, { action: 'acknowledge', days: 3 }, OPS, send);
      this.#took.push(performance.now() - begun);
    } catch (error) {
      this.#failed += 1;
      process.stderr.write(`${assetId}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  /** Sends commands while a condition holds, each to the device before the last. */
  async act(until: () => boolean): Promise<void> {
    while (until() && this.next > 0) {
      this.next -= 1;
      this.#sent.push(this.#command(`R-${this.next}`));
      await delay(APART);
    }
    await Promise.all(this.#sent);
  }

  get count(): number {
    return this.#sent.length;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Milliseconds within which a share of the commands was answered and recorded. */
  within(share: number): number {
    const sorted = this.#took.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
}

/** The shipped policy with five days more for looking at a device. */
function otherPolicy(home: string): string {
  const text = readFileSync(join(packageRoot(), 'policy', `${PROGRAMME}.yaml`), 'utf8');
  const path = join(home, 'other.yaml');
  writeFileSync(path, text.replace(/^version: .*$/m, `version: 'bench'`).replace('assess: 20', 'assess: 25'));
  return path;
}

function said(what: string, person: Person): string {
  const [median, p95] = [person.within(0.5), person.within(0.95)].map((ms) => ms.toFixed(0));
  return `${what}: ${person.count} commands (${person.failed} failed), p50 ${median} ms, p95 ${p95} ms`;
}

async function open({ services, addDevices }: Stage): Promise<void> {
  await addDevices('R', CASES);
  const pool = await services.register();
  const start = performance.now();
  await openCases(services);
  while ((await programmeFigures(pool, PROGRAMME)).open < CASES) await delay(100);
  process.stderr.write(`${CASES} cases opened in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

/** Runs again what was stopped by cases that did not answer in time, as reconciling does. @returns cases that were given dates */
async function replanAll({ services }: Stage): Promise<number> {
  let replanned = 0;
  for (;;) {
    try {
      return replanned + (await replanMarked(services)).replanned;
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== 3) throw error;
      const left = await countMarked(await services.register());
      replanned = CASES - left;
      process.stderr.write(`${error.message} ${left} cases are left; again.\n`);
    }
  }
}

async function main(): Promise<void> {
  const stage = await setStage();
  const { config, services } = stage;
  try {
    const worker = await startWorkerProcess({ home: config.home, signal: new AbortController().signal });
    try {
      await startProgramme(services, OPS);
      await open(stage);
      const calm = new Person(services, CASES);
      await calm.act(() => calm.count < CALM);
      console.log(said('without replanning', calm));

      const { casesReplanning } = await applyPolicyFile(services, OPS, otherPolicy(config.home));
      const busy = new Person(services, CASES - CALM);
      const begun = performance.now();
      let running = true;
      const work = replanAll(stage).finally(() => {
        running = false;
      });
      const [replanned] = await Promise.all([work, busy.act(() => running)]);
      const seconds = (performance.now() - begun) / 1000;
      console.log(said('while replanning', busy));
      console.log(
        `${replanned} of ${casesReplanning} cases replanned, at most ${IN_FLIGHT} in flight, in ${seconds.toFixed(1)} s: ${(replanned / seconds).toFixed(1)} cases/s`,
      );
      const p95 = busy.within(0.95);
      console.log(
        `a person's command: p95 ${(p95 / 1000).toFixed(2)} s (must stay under ${MUST_MS / 1000} s), ${(p95 / calm.within(0.95)).toFixed(1)} times that without replanning`,
      );
    } finally {
      await worker.stop();
    }
  } finally {
    await stage.stop();
  }
}

void main();
