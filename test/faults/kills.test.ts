import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { concurrently } from '../../app/concurrently';
import { verifyAudit } from '../../app/audit/verify';
import { applyPolicyFile } from '../../app/policies';
import { startProgramme } from '../../app/programme';
import { reconcile } from '../../app/reconcile';
import { type Services } from '../../app/services';
import { packageRoot } from '../../platform/paths';
import { caseQuery, workflowIdOf } from '../../workflows/messages';
import { faultsOf } from '../support/audit-check';
import { leash, type Leash } from '../support/leash';
import { closedFolder, eventually, removeHome, RunningUp } from '../support/running-up';
import { builtCommand } from '../support/stack';
import { chance, Traffic } from './traffic';

/** Give the printed seed in CLEARSITE_TEST_SEED to have the same kills again. */
const SEED = Number(process.env['CLEARSITE_TEST_SEED'] ?? Math.floor(Math.random() * 1e6));
const KILLS = Number(process.env['CLEARSITE_TEST_KILLS'] ?? 2);
/** Cases looked at together. */
const AT_ONCE = 8;
const NOBODY = { as: null, typist: null };

const VICTIMS = {
  'the worker': ['worker'],
  Temporal: ['temporal'],
  PostgreSQL: ['postgres'],
  'all three': ['worker', 'temporal', 'postgres'],
} as const;

describe(`kill -9 while people import, open and act (seed ${SEED})`, () => {
  const folder = closedFolder();
  const home = join(folder, 'home');
  const random = chance(SEED);
  let up: RunningUp;
  let tether: Leash;
  let traffic: Traffic;

  beforeAll(async () => {
    up = new RunningUp(await builtCommand(), home);
    tether = leash(up.pid);
    await up.says('clearsite is up.');
    traffic = new Traffic(home, random);
    await traffic.withServices(async (services) => {
      await applyPolicyFile(services, NOBODY, join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml'));
      await startProgramme(services, NOBODY);
    });
    await traffic.settle();
  }, 600_000);

  afterAll(async () => {
    up.send('SIGTERM');
    await up.exited;
    tether.release();
    removeHome(folder, home);
  });

  test.each(Object.entries(VICTIMS))(
    '%s: no device without its case, none with two; no audit event lost, doubled or of a command never accepted',
    async (_name, victims) => {
      try {
        const running = traffic.run();
        for (let kill = 0; kill < KILLS; kill += 1) {
          // The moment of the kill is the one thing here that is left to chance.
          await new Promise((resolve) => setTimeout(resolve, 500 + random() * 4_000));
          const children = up.children();
          for (const victim of victims) process.kill(children[victim].pid, 'SIGKILL');
          await eventually(() => isBack(traffic, up, children, victims));
          // Work has gone on before the next kill.
          const held = await eventsHeld(traffic);
          await untilDone(async () => (await eventsHeld(traffic)) > held);
        }
        traffic.stop();
        await running;
        await traffic.withServices((services) => check(services, traffic));
      } finally {
        // Whatever became of this spell, the next begins afresh.
        traffic.stop();
        traffic = traffic.next();
      }
    },
    400_000,
  );
});

type Children = ReturnType<RunningUp['children']>;

/** Those that were killed are running again, as others, and answer. */
async function isBack(
  traffic: Traffic,
  up: RunningUp,
  before: Children,
  victims: readonly (keyof Children)[],
): Promise<boolean> {
  try {
    const now = up.children();
    if (victims.some((victim) => now[victim].pid === before[victim].pid)) return false;
    await traffic.withServices(async (services) => {
      await (await services.register()).query('SELECT 1');
      await services.temporal();
    });
    return true;
  } catch {
    return false;
  }
}

/** How many events the register holds. */
function eventsHeld(traffic: Traffic): Promise<number> {
  return traffic.withServices(async (services) => {
    const { rows } = await (
      await services.register()
    ).query<{ n: number }>('SELECT count(*)::int AS n FROM audit_events');
    return rows[0]!.n;
  });
}

/** Waits until something is done that fails as long as services are not back. */
function untilDone(work: () => Promise<boolean>): Promise<void> {
  return eventually(() => work().catch(() => false));
}

interface CaseRow {
  readonly case_id: string;
  readonly asset_id: string;
  readonly status: string;
  readonly sequence: number;
}

async function check(services: Services, traffic: Traffic): Promise<void> {
  await untilDone(async () => {
    await traffic.finish();
    return true;
  });
  // What was interrupted is opened by the next reconciliation, as its schedule would have it.
  await untilDone(async () => {
    const { opened, findings } = await reconcile(services);
    return opened === 0 && findings.length === 0;
  });
  const pool = await services.register();
  const client = await services.temporal();
  const rows = async (): Promise<CaseRow[]> =>
    (await pool.query<CaseRow>('SELECT case_id, asset_id, status, sequence FROM cases ORDER BY case_id')).rows;
  await untilDone(async () => {
    const all = await rows();
    let behind = 0;
    await concurrently(all, AT_ONCE, async ({ case_id: id, sequence }) => {
      const { state } = await client.workflow.getHandle(workflowIdOf(id)).query(caseQuery);
      if (state.sequence !== sequence) behind += 1;
    });
    return behind === 0;
  });

  const all = await rows();
  const flagged = await pool.query<{ asset_id: string }>('SELECT asset_id FROM devices');
  expect(flagged.rows).toHaveLength(traffic.devices);
  // Each device has one case, and only one.
  expect(all.map((row) => row.asset_id).sort()).toEqual(flagged.rows.map((row) => row.asset_id).sort());
  const faults: string[] = [];
  await concurrently(all, AT_ONCE, async ({ case_id: id, status }) => {
    const { name } = (await client.workflow.getHandle(workflowIdOf(id)).describe()).status;
    if (name !== (status === 'open' ? 'RUNNING' : 'COMPLETED'))
      faults.push(`${id} is ${status} and its workflow ${name}`);
    faults.push(...(await faultsOf(client, pool, id)));
  });
  expect(faults).toEqual([]);
  expect((await verifyAudit(services, { id: null, depth: 'deep' })).breaks).toEqual([]);

  // What was answered as recorded is there, once, under the number that was answered.
  const held = await pool.query<{ key: string }>(
    `SELECT case_id || ' ' || command_id || ' ' || sequence AS key FROM audit_events`,
  );
  const keys = new Set(held.rows.map(({ key }) => key));
  const lost = traffic.answered.filter(
    ({ caseId, commandId, sequence }) => !keys.has(`${caseId} ${commandId} ${sequence}`),
  );
  expect(lost).toEqual([]);
  process.stderr.write(
    `      ${traffic.devices} devices, ${traffic.answered.length} commands answered, ${traffic.failures.length} attempts failed\n`,
  );
}
