import { Failure } from '../domain/errors';

/** A file that cannot be imported as a whole. */
export function unusable(code: string, message: string, hint: string): Failure {
  return new Failure(code, message, { hint });
}
