import { readFileSync } from 'node:fs';
import { createOuiRegistry, type OuiRegistry } from '../domain/oui';

let loaded: OuiRegistry | undefined;

/** The IEEE registry (MA-L, MA-M, MA-S), read on the first address that is looked up and kept. */
export const ieeeRegistry: OuiRegistry = {
  find: (mac) => registry().find(mac),
  assignments: () => registry().assignments(),
};

function registry(): OuiRegistry {
  loaded ??= createOuiRegistry(entries());
  return loaded;
}

function* entries(): Generator<[prefix: string, organisation: string]> {
  // Parsed here and let go; required, the addresses of 50,000 companies would stay in memory.
  const all = JSON.parse(readFileSync(require.resolve('oui-data'), 'utf8')) as Readonly<Record<string, string>>;
  // Not Object.entries: `screen` waits for this, and the list of pairs costs as much as the parsing.
  for (const prefix in all) {
    const registered = all[prefix] ?? '';
    const end = registered.indexOf('\n');
    yield [prefix, end === -1 ? registered : registered.slice(0, end)];
  }
}
