import { join } from 'node:path';
import { packageRoot } from '../platform/paths';

/** The policy file that the package ships: the United Kingdom's of 2022. */
export function shippedPolicy(): string {
  return join(packageRoot(), 'policy', 'uk-2022-visual-surveillance.yaml');
}
