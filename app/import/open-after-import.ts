import { Failure } from '../../domain/errors';
import { openCases } from '../open-cases';
import { replanMarked, type Replanned } from '../replan';
import { type Services } from '../services';

/** What became of the cases that an import asked for, and of the dates that it changed. */
export type Opening =
  | { readonly outcome: 'opened'; readonly started: number; readonly dates: Replanned }
  /** Temporal is not there: the cases wait, and `reconcile` opens them. */
  | { readonly outcome: 'waiting' };

/**
 * Starts the workflows of cases that wait, and gives those their dates that wait for new ones. Where Temporal is away the
 * import stands and the cases wait.
 * @param onProgress called with how many have been started or looked at
 */
export async function openAfterImport(services: Services, onProgress: (started: number) => void): Promise<Opening> {
  if (services.config.temporal === null) return { outcome: 'waiting' };
  try {
    await services.temporal();
  } catch (error) {
    if (error instanceof Failure && error.exit === 3) return { outcome: 'waiting' };
    throw error;
  }
  const started = await openCases(services, { onProgress });
  return { outcome: 'opened', started, dates: await replanMarked(services, (looked) => onProgress(started + looked)) };
}
