import { type Services } from '../../app/services';
import { type Viewer } from '../../domain/access/roles';
import { type Recognised } from '../../web/site';

/** Who reads in the bench of the pages. */
export const READERS = {
  manager: { email: 'manager@bench.example', role: 'programme-manager', departmentId: null },
  officer: { email: 'security-officer@d-0.example', role: 'security-officer', departmentId: 'D-0' },
  owner: { email: 'task-owner@d-0.example', role: 'task-owner', departmentId: 'D-0' },
} as const;
export type Reader = keyof typeof READERS;

/** Until real sessions are to be had: the token is a reader's name. */
export function recogniseForBench(_services: Services): (token: string, now: Date) => Promise<Recognised | null> {
  return (token, now) => {
    if (!(token in READERS)) return Promise.resolve(null);
    const { email, role, departmentId } = READERS[token as Reader];
    const viewer: Viewer = {
      email,
      name: email,
      id: email,
      roles: [{ role, departmentId, siteId: null, deputyFor: null }],
    };
    return Promise.resolve({ viewer, expiresAt: new Date(now.getTime() + 3_600_000).toISOString() });
  };
}
