import { type FastifyRequest } from 'fastify';

/** What a form sent: every field as a list of texts, whatever the browser or anybody else made of it. */
export class Form {
  readonly #fields: ReadonlyMap<string, readonly string[]>;

  constructor(body: unknown) {
    const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
    this.#fields = new Map(
      entries.map(([name, value]: [string, unknown]) => [
        name,
        (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string'),
      ]),
    );
  }

  static of(request: FastifyRequest): Form {
    return new Form(request.body);
  }

  /** A field's first text without blanks around it; empty where there is none. */
  one(name: string): string {
    return this.#fields.get(name)?.[0]?.trim() ?? '';
  }

  /** Every text of a field, as it was sent. */
  all(name: string): readonly string[] {
    return this.#fields.get(name) ?? [];
  }

  /** Every field whose name begins so, and what follows in it. */
  startingWith(prefix: string): ReadonlyMap<string, string> {
    return new Map(
      [...this.#fields].flatMap(([name, [first]]) =>
        name.startsWith(prefix) && first !== undefined ? [[name.slice(prefix.length), first] as const] : [],
      ),
    );
  }

  /** The fields as they can be kept; those that begin with an underscore are the machinery's. */
  kept(): Record<string, readonly string[]> {
    return Object.fromEntries([...this.#fields].filter(([name]) => !name.startsWith('_')));
  }
}
