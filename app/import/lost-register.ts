import { Failure } from '../../domain/errors';

/** SQLSTATE classes and codes that say the server went away, not that a statement was wrong. */
const GONE = /^(?:08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;

function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && GONE.test(code)) || /^Connection terminated/.test(error.message);
}

/** Turns the loss of PostgreSQL in mid-import into words; any other error comes back as it is. */
export function explainLoss(error: unknown): unknown {
  if (!isGone(error)) return error;
  return new Failure('register-lost', 'The register went away during the import.', {
    exit: 3,
    hint: 'Start it again and import the file again: an import applies whole or not at all, and what is in already stays as it is ("clearsite imports list").',
    cause: error,
  });
}
