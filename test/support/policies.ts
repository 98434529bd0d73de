import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../platform/paths';

/** The shipped policy file. */
export const UK_FILE = join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml');
/** Another country's rule. */
export const US_FILE = join(packageRoot(), 'test', 'fixtures', 'policies', 'us-ndaa-889.yaml');

export const UK_TEXT = readFileSync(UK_FILE, 'utf8');

/** The smallest text that is a policy. */
export const SMALL = `id: small
version: '1'
title: A small policy
sources: { us: Ourselves }
ceaseDeployment: { from: 2026-01-01, source: us, date: 2026-01-01, confidence: high }
siteClasses:
  sensitive: { scope: in, removalDate: 2027-01-01, source: us, date: 2026-01-01, confidence: high }
  not-sensitive: { scope: out, removalDate: null, source: us, date: 2026-01-01, confidence: high }
  unassessed: { scope: in, removalDate: 2027-01-01, source: us, date: 2026-01-01, confidence: high }
stageBudgets:
  days: { assess: 1, disconnect: 2, schedule: 3, remove: 4, verify: 5 }
  source: us
  date: 2026-01-01
  confidence: high
vendors:
  - { id: acme, name: Acme Cameras, source: us, date: 2026-01-01, confidence: high }
`;

/** `text` with one piece replaced, which must be there. */
export function edited(text: string, piece: string, replacement: string): string {
  if (!text.includes(piece)) throw new Error(`the text has no ${piece}`);
  return text.replace(piece, replacement);
}
