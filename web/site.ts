import { type Services } from '../app/services';
import { type Viewer } from '../domain/access/roles';

/** How often one reader may ask; the defaults suit people, a bench sets its own. */
export interface Limits {
  /** Pages a minute, by person or (not signed in) by network address. @default 600 */
  readonly pagesPerMinute?: number;
  /** Forms a minute, likewise. @default 120 */
  readonly formsPerMinute?: number;
}

/** Somebody who has signed in, and until when. */
export interface Recognised {
  readonly viewer: Viewer;
  /** ISO instant. */
  readonly expiresAt: string;
}

/** What every page works with. */
export interface Site {
  readonly services: Services;
  /** Whose session a token is; null = nobody's. */
  recognise(token: string, now: Date): Promise<Recognised | null>;
  /** The clock; tests and rehearsals bring their own. */
  now(): Date;
}

/** True where browsers reach the pages by https: cookies are then for that alone. */
export function isSecure({ services }: Site): boolean {
  return services.config.publicUrl.startsWith('https:');
}
