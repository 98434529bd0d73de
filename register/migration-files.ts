import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../platform/paths';

/** Where the migrations of this version lie. */
export function migrationFolder(): string {
  return join(packageRoot(), 'register', 'migrations');
}

/** SHA-256 of a migration, hexadecimal. A checkout with other line ends holds the same migration. */
function checksum(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}

/** The migrations of this version in their order, with their checksums. */
export async function migrationFiles(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(migrationFolder())).filter((file) => file.endsWith('.sql')).sort();
  const read = files.map(async (file): Promise<[string, string]> => [
    file.slice(0, -'.sql'.length),
    checksum(await readFile(join(migrationFolder(), file), 'utf8')),
  ]);
  return new Map(await Promise.all(read));
}
