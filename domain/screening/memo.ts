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

/**
 * Remembers at most `limit` answers by make, model, holder and scope, and forgets all of them when full. Nested, since
 * one long key would have to be put together for every row of an import.
 */
export class ScreeningMemo<Holder, Value> {
  readonly #limit: number;
  readonly #makes = new Map<string, Map<string, Map<Holder, Map<string, Value>>>>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Answers for one make, model and holder, by scope. */
  under(make: string, model: string, holder: Holder): Map<string, Value> {
    let models = this.#makes.get(make);
    if (models === undefined) this.#makes.set(make, (models = new Map<string, Map<Holder, Map<string, Value>>>()));
    let holders = models.get(model);
    if (holders === undefined) models.set(model, (holders = new Map<Holder, Map<string, Value>>()));
    let scopes = holders.get(holder);
    if (scopes === undefined) holders.set(holder, (scopes = new Map<string, Value>()));
    return scopes;
  }

  add(scopes: Map<string, Value>, scope: string, value: Value): void {
    this.#size += 1;
    if (this.#size > this.#limit) {
      this.#makes.clear();
      this.#size = 1;
      return;
    }
    scopes.set(scope, value);
  }
}
