import { Failure } from '../domain/errors';
import { type Services } from './services';

/** How long an answer stands for whoever asks next, in milliseconds. */
const KNOWN_FOR = 5_000;
/** How long Temporal may take to answer, in milliseconds. */
const PATIENCE = 1_000;

interface Known {
  readonly at: number;
  readonly answer: Promise<string | null>;
}

const known = new WeakMap<Services, Known>();

async function ask(services: Services): Promise<string | null> {
  try {
    const client = await services.temporal();
    await client.withDeadline(Date.now() + PATIENCE, () => client.workflowService.getSystemInfo({}));
    return null;
  } catch (error) {
    return error instanceof Failure ? error.message : 'Temporal does not answer.';
  }
}

/**
 * Why no case can be told anything now; null where they can. Asked at most every few seconds, however many pages ask:
 * a page must not wait for each case's workflow.
 */
export function whyAway(services: Services): Promise<string | null> {
  const before = known.get(services);
  if (before !== undefined && Date.now() - before.at < KNOWN_FOR) return before.answer;
  const now = { at: Date.now(), answer: ask(services) };
  known.set(services, now);
  return now.answer;
}
