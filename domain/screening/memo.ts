/**
 * Remembers the answers of a pure function, at most `2 * generation` of them: when the young generation is full it
 * becomes the old one, and what is asked for again moves back. Inventories repeat few makes and models many times.
 */
export class Memo<Value extends object> {
  readonly #generation: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(generation: number) {
    this.#generation = generation;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
