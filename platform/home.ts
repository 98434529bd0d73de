import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { Failure } from '../domain/errors';
import { PRIVATE_FOLDER } from './files';

/**
 * Makes the home folder where there is none. Nobody else may list it; where root makes it, others may pass through, since
 * PostgreSQL runs as another user there. Everything inside that is private is private by itself. An existing home is left as it is.
 * @throws Failure `home-of-another-user`: what we would write there, its owner could not read
 */
export function ensureHome(home: string): void {
  if (existsSync(home) && statSync(home).uid !== process.getuid?.()) {
    throw new Failure('home-of-another-user', `${home} belongs to another system user.`, {
      hint: 'run clearsite as the user who owns it, or choose another CLEARSITE_HOME.',
    });
  }
  ensureFolder(home, process.getuid?.() === 0 ? 0o711 : PRIVATE_FOLDER);
}

/** Makes a folder with exactly this mode, whatever the umask; an existing one is left as it is. */
export function ensureFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
}
