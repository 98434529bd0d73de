import { Pool } from 'pg';
import { openServices } from '../../app/services';
import { type HeldRole, type Viewer } from '../../domain/access/roles';
import { loadConfig } from '../../platform/config';
import { seedProgramme } from '../support/a-programme';
import { startRegister } from '../support/stack';
import { startWeb } from '../support/web';
import { OTHER_OWNER } from './a-signed-in-programme';
import { PEOPLE, type Things } from './a-full-programme';
import { describeEveryPage, type Shown } from './every-page';
import { sessionsFor, viewer } from './viewers';

/** Nothing of what is asked for is there. */
const NOTHING: Things = {
  fresh: 'k_none',
  asked: 'k_none',
  proposed: 'k_none',
  closed: 'k_none',
  theirs: 'k_none',
  requests: [],
  evidenceId: 'e_none',
  check: 'DC-2026-222222',
  links: [],
  batchId: 'b_none',
  submissionId: 't_none',
  contactId: 'c_none',
};

const OF_A_DEPARTMENT: readonly HeldRole['role'][] = ['task-owner', 'security-officer', 'head'];

function people(): Viewer[] {
  const roles = Object.entries(PEOPLE) as [HeldRole['role'], string][];
  return [
    ...roles.map(([role, email]) => viewer(email, role, OF_A_DEPARTMENT.includes(role) ? 'D-AG' : null)),
    viewer(OTHER_OWNER, 'task-owner', 'D-HS'),
  ];
}

async function startEmpty(seed: (pool: Pool) => Promise<unknown>): Promise<Shown> {
  const register = await startRegister();
  const pool = new Pool({ connectionString: register.databaseUrl });
  await seed(pool);
  await pool.end();
  const services = openServices(loadConfig({ DATABASE_URL: register.databaseUrl }));
  const web = await startWeb(services, { recognise: sessionsFor(people()) });
  const stop = async (): Promise<void> => {
    await web.stop();
    await services.close();
    await register.stop();
  };
  return { web, things: NOTHING, stop };
}

describeEveryPage('a register with nothing in it, not even a policy', () => startEmpty(() => Promise.resolve()));
describeEveryPage('a programme with sites and people, before its first device', () =>
  startEmpty((pool) => seedProgramme(pool)),
);
