import { readIfPresent, writeAtomically } from '../files';
import { homePaths } from '../paths';
import { portsNear } from './ports';

/**
 * The port for a home's web server: that of last time where it is free, so that links in mail stay right; else a free one.
 * @param asked what `PORT` says; it is taken as it is
 */
export async function webPortOf(home: string, asked: number | null): Promise<number> {
  if (asked !== null && asked !== 0) return asked;
  const file = homePaths(home).webPort;
  const last = Number(readIfPresent(file) ?? NaN);
  const [port] = await portsNear(Number.isInteger(last) && last > 0 && last < 65_536 ? [last] : [], 1);
  if (port === undefined) throw new Error('no port was free');
  writeAtomically(file, String(port));
  return port;
}
