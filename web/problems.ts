import { type Failure } from '../domain/errors';

/** A page that ends a request: what happened and what to do, with its HTTP status. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly heading: string,
    message: string,
    /** What to do, one sentence each. */
    readonly advice: readonly string[] = [],
  ) {
    super(message);
  }
}

/** There is no such thing, or it is not this person's to see: nobody can tell which. */
export function notFound(): Problem {
  return new Problem(404, 'Page not found', 'There is nothing here that you can see.', [
    'If you typed the address, check it.',
    'If you followed a link, it may be old: start again from your tasks.',
  ]);
}

/** Somebody who may see a thing and may not do this with it. */
export function forbidden(): Problem {
  return new Problem(403, 'You cannot do this', 'Your role does not include this.', [
    'If you think that it should, ask whoever manages the users of this programme.',
  ]);
}

const HEADINGS: Readonly<Record<number, string>> = {
  400: 'There is a problem with what was entered',
  409: 'This could not be done',
};

/** The HTTP status of a failure: its exit code says whose turn it is. */
export function statusOf({ exit, code }: Failure): number {
  if (exit === 3) return 503;
  if (code.startsWith('unknown-')) return 404;
  return exit === 1 ? 409 : 400;
}

/** A failure of an application service as a page. Its hint speaks of the command line, so it stays behind. */
export function asProblem(failure: Failure): Problem {
  const status = statusOf(failure);
  if (status === 404) return notFound();
  // What a service that is away says of itself names machines and addresses: that is for whoever operates it.
  if (status === 503) {
    return new Problem(503, 'The service is not available', 'Something that these pages need does not answer.', [
      'Nothing that was recorded is lost. Try again in some minutes.',
    ]);
  }
  return new Problem(status, HEADINGS[status] ?? 'There is a problem', failure.message, ['Go back, and try again.']);
}
