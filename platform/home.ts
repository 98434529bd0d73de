import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { PRIVATE_FOLDER } from './files';

/**
 * Makes the home folder where there is none. Nobody else may list it; where root makes it, others may pass through, since
 * PostgreSQL runs as another user there. Everything inside that is private is private by itself. An existing home is left as it is.
 */
export function ensureHome(home: string): void {
  ensureFolder(home, process.getuid?.() === 0 ? 0o711 : PRIVATE_FOLDER);
}

/** Makes a folder with exactly this mode, whatever the umask; an existing one is left as it is. */
export function ensureFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
}
