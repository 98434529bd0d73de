import { Failure } from '../../domain/errors';

/** `missing`: a service that is needed is not there. `finding`: it is there, and something has to be done. */
export type Verdict = 'ok' | 'finding' | 'missing';

/** One thing that was looked at. */
export interface Check {
  readonly name:
    'clearsite' | 'register' | 'migrations' | 'temporal' | 'namespace' | 'worker' | 'keys' | 'cases' | 'mail';
  readonly verdict: Verdict;
  /** What was found, as a sentence without a full stop. */
  readonly found: string;
  /** What to do about it; null where nothing has to be done. */
  readonly todo: string | null;
  /** Further members for programs. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** All is well with it. */
export function ok(name: Check['name'], found: string, details: Check['details'] = {}): Check {
  return { name, verdict: 'ok', found, todo: null, details };
}

/** Something has to be done. */
export function finding(name: Check['name'], found: string, todo: string, details: Check['details'] = {}): Check {
  return { name, verdict: 'finding', found, todo, details };
}

/** A service is not there. */
export function missing(name: Check['name'], found: string, todo: string, details: Check['details'] = {}): Check {
  return { name, verdict: 'missing', found, todo, details };
}

/** A service that is away, as its failure says it. Anything but a known failure is a defect and passes on. */
export function unavailable(name: Check['name'], error: unknown): Check {
  if (!(error instanceof Failure)) throw error;
  return missing(name, error.message.replace(/\.$/, ''), error.hint ?? '', { code: error.code });
}
