import { type Pool } from 'pg';
import { type Config, requireDatabase } from '../../platform/config';
import { openRegister } from '../../platform/connections';
import { OPENING_MINUTES, registerHealth, serverVersion } from '../../register/health';
import { migrationState } from '../../register/migrate';
import { migrationTrouble } from '../../register/migration-state';
import { type Check, finding, ok, unavailable } from './check';

/** The register: reachable, which version, which migrations wait, what got stuck in it. */
export async function checkRegister(config: Config): Promise<readonly Check[]> {
  let pool: Pool;
  try {
    pool = await openRegister(config);
  } catch (error) {
    return [unavailable('register', error)];
  }
  try {
    const version = await serverVersion(pool);
    const reachable = ok('register', `PostgreSQL ${version}`, { version });
    const state = await migrationState(requireDatabase(config));
    const trouble = migrationTrouble(state);
    if (trouble !== null) {
      const { changed, unknown } = state;
      return [reachable, finding('migrations', trouble.found, trouble.todo, { changed, unknown })];
    }
    const { pending } = state;
    if (pending.length > 0) {
      return [
        reachable,
        finding('migrations', `${pending.length} wait: ${pending.join(', ')}`, 'clearsite migrate', { pending }),
      ];
    }
    return [reachable, ok('migrations', 'all applied'), ...(await checkStuck(pool))];
  } finally {
    await pool.end();
  }
}

async function checkStuck(pool: Pool): Promise<readonly Check[]> {
  const { opening, sending } = await registerHealth(pool);
  return [
    ...(opening === 0
      ? []
      : [
          finding(
            'cases',
            `${opening} wait for more than ${OPENING_MINUTES} minutes to be opened`,
            'see that a worker runs, then: clearsite reconcile',
            { opening },
          ),
        ]),
    ...(sending === 0
      ? []
      : [
          finding(
            'mail',
            `${sending} messages were begun and not sent`,
            'see that a worker and the mail server run; they are sent again',
            { sending },
          ),
        ]),
  ];
}
