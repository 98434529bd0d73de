import { type Environment } from '../../paths';
import { type Log } from '../program';

/** What a search for a server needs to know. */
export interface Search {
  /** For PATH and the cache. */
  readonly environment: Environment;
  readonly log: Log;
  /** Aborting it ends a download or build under way. */
  readonly signal: AbortSignal | undefined;
}
