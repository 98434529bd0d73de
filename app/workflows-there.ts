import { type Services } from './services';

/** How long an answer stands for whoever asks next, in milliseconds. */
const KNOWN_FOR = 5_000;
/** How long Temporal may take to answer, in milliseconds. */
const PATIENCE = 1_000;

type Answer = 'there' | 'away';

const known = new WeakMap<Services, { readonly at: number; readonly answer: Promise<Answer> }>();

async function ask(services: Services): Promise<Answer> {
  try {
    const client = await services.temporal();
    await client.withDeadline(Date.now() + PATIENCE, () => client.workflowService.getSystemInfo({}));
    return 'there';
  } catch {
    return 'away';
  }
}

/**
 * Whether cases can be told anything now. Asked at most every few seconds, however many pages ask: a page must not wait
 * for each case's workflow.
 */
export function workflowsThere(services: Services): Promise<Answer> {
  const before = known.get(services);
  if (before !== undefined && Date.now() - before.at < KNOWN_FOR) return before.answer;
  const answer = ask(services);
  known.set(services, { at: Date.now(), answer });
  return answer;
}
