import { defaultGrpcRetryOptions, type GrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** Longest pause between two attempts of a call, in milliseconds; closing waits as long. */
const LONGEST_PAUSE = 1_000;
/** A timer may fire a little after its time. */
const MARGIN = 10;

/**
 * The SDK's retries of calls, made so that they can be ended. Its own go on when the connection is closed, and the first
 * attempt after the pause then throws where nobody can catch it: the process would end with a stack.
 */
export class Retries {
  #ended = false;
  #pausesUntil = 0;

  readonly interceptor = makeGrpcRetryInterceptor(this.#options());

  #options(): GrpcRetryOptions {
    const usual = defaultGrpcRetryOptions();
    return {
      retryableDecider: (attempt, status) => !this.#ended && usual.retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        const pause = Math.min(LONGEST_PAUSE, usual.delayFunction(attempt, status));
        this.#pausesUntil = Math.max(this.#pausesUntil, Date.now() + pause);
        return pause;
      },
    };
  }

  /** Lets no call begin another attempt, and waits until those that pause have made their last. */
  async end(): Promise<void> {
    this.#ended = true;
    const left = this.#pausesUntil - Date.now();
    if (left + MARGIN > 0) await new Promise((resolve) => setTimeout(resolve, left + MARGIN));
  }
}
