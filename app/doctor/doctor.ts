import { type Config } from '../../platform/config';
import { holderOf } from '../../platform/home-lock';
import { packageVersion } from '../../platform/paths';
import { type Check, ok } from './check';
import { type Depth } from './failing-cases';
import { checkMail } from './mail-checks';
import { checkRegister } from './register-checks';
import { checkTemporal } from './temporal-checks';

/**
 * Looks at everything that this installation needs: what is reachable, which versions, what waits, what fails, and what to do about each.
 * Never throws for a service that is away.
 */
export async function examine(config: Config, now: Date, depth: Depth): Promise<readonly Check[]> {
  const checks = await Promise.all([checkRegister(config), checkTemporal(config, now, depth), checkMail(config, now)]);
  return [checkSelf(config), ...checks.flat()];
}

function checkSelf({ home }: Config): Check {
  const version = packageVersion();
  const holder = holderOf(home);
  const running =
    holder === null ? 'no "clearsite up" runs for it' : `"clearsite up" runs for it as process ${holder.pid}`;
  return ok('clearsite', `${version} on Node ${process.versions.node}; home ${home}, ${running}`, {
    version,
    node: process.versions.node,
    home,
    up: holder?.pid ?? null,
  });
}
