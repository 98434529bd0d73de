import { describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode } from '@temporalio/worker';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { importsOf, sourcesOf, stringsOf } from './support/imports';

const ROOT = join(__dirname, '..');

/** Which folders each folder may import from, besides itself. `workflows/messages` is the only part of workflows/ that others know. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  workflows: ['domain'],
  platform: ['domain'],
  register: ['domain', 'platform'],
  importers: ['domain'],
  notify: ['domain', 'platform'],
  app: ['domain', 'register', 'importers', 'notify', 'platform', 'workflows/messages'],
  activities: ['domain', 'app', 'register', 'notify', 'importers', 'platform', 'workflows/messages'],
  workers: ['domain', 'app', 'activities', 'platform', 'workflows/messages'],
  web: ['domain', 'app', 'platform'],
  cli: ['domain', 'app', 'platform', 'web', 'workers'],
};

/** Packages for which the folders that may use them are limited. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@temporalio/workflow': ['workflows'],
  '@temporalio/activity': ['activities'],
  '@temporalio/worker': ['workers'],
  pg: ['register', 'platform'],
  'pg-copy-streams': ['register'],
  'node-pg-migrate': ['register'],
  zod: ['app', 'platform', 'web', 'cli', 'importers'],
  commander: ['cli'],
  fastify: ['web'],
  nunjucks: ['notify', 'web'],
};

/** Small pure libraries that the domain may use; it does nothing with files, clocks or networks. */
const PURE = ['luxon'];

/** Speaks to the server before there is a register: whether it answers, and the making of the database. */
const BEFORE_THE_REGISTER = ['platform/embedded/postgres.ts'];

const folders = Object.keys(MAY_IMPORT).filter((folder) => existsSync(join(ROOT, folder)));
const files = folders.flatMap((folder) => sourcesOf(ROOT, folder));
const imports = files.flatMap((file) => importsOf(ROOT, file));
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);

test('every source folder has its line in the table of imports', () => {
  const sources = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((name) => !['node_modules', 'dist', 'test', 'bench', 'tools'].includes(name))
    .filter((name) => sourcesOf(ROOT, name).length > 0);
  expect(sources.filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(200);
});

describe('imports point one way', () => {
  test.each(folders)('%s', (folder) => {
    const allowed = [folder, ...MAY_IMPORT[folder]!];
    const wrong = imports
      .filter(({ file, kind }) => kind === 'own' && file.startsWith(`${folder}/`))
      .filter(({ of }) => !allowed.some((other) => of === other || of.startsWith(`${other}/`)))
      .map(({ file, of }) => `${file} imports ${of}`);
    expect(wrong).toEqual([]);
  });
});

describe('packages stay where they belong', () => {
  test.each(Object.entries(PACKAGES))('%s only in %p', (name, where) => {
    const wrong = imports
      .filter(({ kind, of }) => kind === 'package' && packageOf(of) === name)
      .filter(({ file }) => !where.some((folder) => file.startsWith(`${folder}/`)))
      .map(({ file }) => file);
    expect([...new Set(wrong)]).toEqual([]);
  });

  test('the domain uses pure libraries only, and nothing of Node', () => {
    const used = imports.filter(({ file, kind }) => kind === 'package' && file.startsWith('domain/'));
    expect(used.filter(({ of }) => !PURE.includes(of))).toEqual([]);
  });

  test('workflows use the workflow library and its common part, and nothing of Node', () => {
    const used = imports.filter(({ file, kind }) => kind === 'package' && file.startsWith('workflows/'));
    expect(new Set(used.map(({ of }) => of))).toEqual(new Set(['@temporalio/workflow', '@temporalio/common']));
  });

  test('whatever is imported is declared in package.json as a dependency of the product', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const used = imports.filter(({ kind, of }) => kind === 'package' && !isBuiltin(of));
    const missing = used.filter(({ of }) => !(packageOf(of) in dependencies)).map(({ file, of }) => `${file}: ${of}`);
    expect(missing).toEqual([]);
    expect(Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });
});

test('the domain asks for no time, chance or environment: it is told', () => {
  const forbidden = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bperformance\.|DateTime\.(now|local)\(/;
  const wrong = files
    .filter((file) => file.startsWith('domain/'))
    .filter((file) => forbidden.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(wrong).toEqual([]);
});

describe('only the register knows SQL', () => {
  const SQL =
    /\bSELECT\s[^;]*\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE\s+FROM\b|\b(CREATE|ALTER|DROP)\s+(TABLE|DATABASE|INDEX|VIEW|ROLE|SCHEMA)\b|\bCOPY\s+\w+\s*(\(|FROM\b|TO\b)/;

  test.each(folders.filter((folder) => folder !== 'register'))('%s has none', (folder) => {
    const wrong = files
      .filter((file) => file.startsWith(`${folder}/`) && !BEFORE_THE_REGISTER.includes(file))
      .filter((file) => stringsOf(ROOT, file).some((text) => SQL.test(text)));
    expect(wrong).toEqual([]);
  });

  test('and it is seen where it is', () => {
    expect(stringsOf(ROOT, 'register/record.ts').some((text) => SQL.test(text))).toBe(true);
  });
});

test('nothing imports in a circle', () => {
  const edges = new Map<string, string[]>();
  const known = new Set(files);
  for (const { file, of, kind } of imports.filter((one) => one.kind === 'own')) {
    const target = [`${of}.ts`, `${of}/index.ts`].find((name) => known.has(name));
    if (kind === 'own' && target !== undefined) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});

test('the workflow bundle stays small: no calendar, no schema library, no SQL', async () => {
  const silent = () => undefined;
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, log: silent };
  const { code } = await bundleWorkflowCode({ workflowsPath: join(ROOT, 'workflows', 'index.ts'), logger });
  const [withoutMap = ''] = code.split('//# sourceMappingURL=');
  expect(withoutMap.length).toBeLessThan(LARGEST_BUNDLE);
  for (const name of ['luxon', 'zod', 'pg']) expect(withoutMap).not.toContain(`node_modules/${name}/`);
});

/** Characters, source map apart; the workflow library alone is most of it. */
const LARGEST_BUNDLE = 750_000;
