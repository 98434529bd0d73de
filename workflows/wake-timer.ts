import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { type Instant } from '../domain/records';

/** The one timer of a case. It is left running while the instant stays the same: a command then costs no timer events. */
export class WakeTimer {
  #at: Instant | null = null;
  #fired = false;
  #scope: CancellationScope | null = null;

  /** The instant it is set to; null = none. */
  get at(): Instant | null {
    return this.#at;
  }

  get fired(): boolean {
    return this.#fired;
  }

  /** Wakes at an instant, or (null) not at all. */
  set(at: Instant | null): void {
    if (at === this.#at && !this.#fired) return;
    this.stop();
    if (at === null) return;
    this.#at = at;
    const wait = Date.parse(at) - Date.now();
    if (wait <= 0) {
      this.#fired = true;
      return;
    }
    const scope = new CancellationScope();
    this.#scope = scope;
    scope
      .run(() => sleep(wait))
      .then(
        () => {
          if (this.#scope === scope) this.#fired = true;
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  stop(): void {
    this.#scope?.cancel();
    this.#scope = null;
    this.#at = null;
    this.#fired = false;
  }
}
