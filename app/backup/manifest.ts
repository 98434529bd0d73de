import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../domain/errors';
import { TEMPORAL_KINDS } from '../../platform/embedded/temporal/version';
import { type Digests, digestsOf } from '../../platform/archive';

/** What lies where in a backup. */
export const PARTS = {
  manifest: 'manifest.json',
  register: 'register',
  evidence: 'evidence',
  temporal: 'temporal',
  keys: 'keys',
} as const;

const manifest = z.object({
  format: z.literal('clearsite-backup'),
  version: z.literal(1),
  /** Of clearsite. */
  madeBy: z.string(),
  /** ISO instant. */
  takenAt: z.string(),
  migrations: z.array(z.string()),
  register: z.object({
    tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).readonly(), rows: z.int() })).readonly(),
    sequences: z.array(z.object({ name: z.string(), last: z.string().nullable() })).readonly(),
    serverVersion: z.string(),
  }),
  /** Null: Temporal was another one than ours, at this address. */
  temporal: z.object({ kind: z.enum(TEMPORAL_KINDS), version: z.string(), copiedAt: z.string() }).nullable(),
  temporalAddress: z.string().nullable(),
  evidenceFiles: z.int(),
  keys: z.boolean(),
  digests: z.record(z.string(), z.string()),
});

/** What a backup says about itself. */
export type Manifest = z.infer<typeof manifest>;

/** The file of a table. */
export function tableFile(folder: string, table: string): string {
  return join(folder, PARTS.register, `${table}.copy`);
}

/**
 * Reads an unpacked backup's manifest and compares every file with its digest.
 * @throws Failure `backup-unreadable`, `backup-damaged`
 */
export async function readManifest(folder: string, source: string): Promise<Manifest> {
  let read: Manifest;
  try {
    read = manifest.parse(JSON.parse(readFileSync(join(folder, PARTS.manifest), 'utf8')));
  } catch (cause) {
    throw new Failure('backup-unreadable', `${source} is not a backup that this version can read.`, {
      hint: 'give a file that "clearsite backup" wrote, by this version or an older one.',
      cause,
    });
  }
  const { [PARTS.manifest]: _self, ...found } = await digestsOf(folder);
  const damaged = differing(read.digests, found);
  if (damaged.length > 0) {
    throw new Failure(
      'backup-damaged',
      `${source} was damaged or changed: ${damaged.slice(0, 3).join(', ')}${damaged.length > 3 ? ' and more' : ''}.`,
      {
        hint: 'use another copy of it, or another backup.',
      },
    );
  }
  return read;
}

function differing(expected: Digests, found: Digests): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].filter((name) => expected[name] !== found[name]);
}
