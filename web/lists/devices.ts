import { type ScreeningResult } from '../../domain/vocabulary';
import { LISTED_ONLY, SCREENING_SHOWN } from '../../domain/wording';

/** What people read for a device's finding, which depends on whether the policy speaks of it where it is. */
export function findingOf({
  screening,
  inScope,
}: {
  readonly screening: ScreeningResult;
  readonly inScope: boolean;
}): string {
  return screening === 'covered' && !inScope ? LISTED_ONLY : SCREENING_SHOWN[screening];
}

/** Where something is at other addresses of ours. */
export function pathTo(kind: 'cases' | 'devices' | 'sites' | 'departments', id: string): string {
  return `/${kind}/${encodeURIComponent(id)}`;
}
