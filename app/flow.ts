import { IN_FLIGHT } from './concurrently';

/** An answer that takes longer says that people's commands wait as long: they queue behind ours. Milliseconds. */
const SLOW_MS = 800;
/** Work goes on however slow the machine. */
const LEAST = 2;

/**
 * How many commands of a long run may be in flight: {@link IN_FLIGHT} where they are answered quickly, fewer where they
 * are not. Beyond what the servers can do at once, more in flight is only a longer queue, and people wait at its end.
 */
export class Flow {
  #limit = IN_FLIGHT;
  #lowered = 0;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /**
   * A command was answered.
   * @param begun when it was sent, @param ended when it was answered, by one clock in milliseconds
   */
  took(begun: number, ended: number): void {
    if (ended - begun <= SLOW_MS) {
      this.#limit = Math.min(IN_FLIGHT, this.#limit + 1 / this.#limit);
      return;
    }
    // Those sent before the last lowering say nothing of what it did.
    if (begun < this.#lowered) return;
    this.#limit = Math.max(LEAST, this.#limit * 0.7);
    this.#lowered = ended;
  }
}
