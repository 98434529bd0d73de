import { Failure } from '../../domain/errors';

/** SQLSTATE classes and codes that say the server went away, not that a statement was wrong. */
const GONE = /^(?:08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;

/** The client's own words, which have no code. */
const GONE_IN_WORDS = /^(?:Connection terminated|Client has encountered a connection error)/;

function isGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && GONE.test(code)) || (typeof message === 'string' && GONE_IN_WORDS.test(message));
}

const IN_IMPORT = {
  during: 'during the import',
  hint: 'Start it again and import the file again: an import applies whole or not at all, and what is in already stays as it is ("clearsite imports list").',
};

/** Turns the loss of PostgreSQL half-way into words; any other error comes back as it is. */
export function explainLoss(
  error: unknown,
  { during, hint }: { readonly during: string; readonly hint: string } = IN_IMPORT,
): unknown {
  if (!isGone(error)) return error;
  return new Failure('register-lost', `The register went away ${during}.`, { exit: 3, hint, cause: error });
}
