import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { canonicalJson } from '../domain/canonical';
import { Failure } from '../domain/errors';
import { checkPolicy, type PolicyProblem } from '../domain/policy/check';
import { completed, ownWords } from '../domain/policy/defaults';
import { type Policy } from '../domain/policy/policy';
import { policyDocument } from './policy-schema';
import { fromIssue, invalid, located } from './policy-problems';
import { parseYaml } from './yaml-document';

/** Far above any list in force; a larger file is not a policy. */
const LARGEST_BYTES = 2 * 1024 * 1024;

/**
 * Reads a policy from the text of a YAML file.
 * @param fileName for messages
 * @throws Failure `policy-invalid` (exit 2) with every problem in `details.problems`
 */
export function parsePolicy(text: string, fileName: string): Policy {
  const document = parseYaml(text);
  if (!('value' in document)) {
    const hint = 'Mend the YAML there: indentation, quotes and brackets.';
    throw invalid(
      fileName,
      document.map((error) => ({ line: error.line, column: error.column, path: '', message: error.message, hint })),
    );
  }
  const parsed = policyDocument.safeParse(document.value);
  if (!parsed.success)
    throw invalid(
      fileName,
      parsed.error.issues.flatMap((issue) => fromIssue(issue, document)),
    );
  const { sources, ...content } = parsed.data;
  const unknown = unknownSources(content, Object.keys(sources), []);
  const cited = withSources(content, sources);
  const policy = completed(cited);
  const problems = [...unknown, ...checkPolicy(policy)];
  if (problems.length > 0) throw invalid(fileName, located(problems, document));
  return policy;
}

/**
 * Reads a policy file.
 * @throws Failure (exit 2) `file-not-readable`, `policy-invalid`
 */
export async function readPolicyFile(path: string): Promise<Policy> {
  const bytes = await readBounded(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure('policy-invalid', `${path} is not UTF-8 text.`, {
      hint: 'Save the file as UTF-8, or name the policy file that you mean.',
      cause,
    });
  }
  return parsePolicy(text, path);
}

/**
 * SHA-256 of what a policy says, hexadecimal: layout, comments and the names of its sources' keys do not count, nor what is the product's
 * where the file says nothing.
 */
export function policyDigest(policy: Policy): string {
  return createHash('sha256')
    .update(canonicalJson(ownWords(policy)))
    .digest('hex');
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      // Read rather than asked for its size: a pipe has none.
      const buffer = Buffer.alloc(LARGEST_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      if (length <= LARGEST_BYTES) return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const reason = (cause as { readonly code?: unknown }).code;
    const why =
      reason === 'ENOENT' ? 'there is no such file' : reason === 'EISDIR' ? 'it is a folder' : `${String(reason)}`;
    throw new Failure('file-not-readable', `Cannot read ${path}: ${why}.`, {
      hint: 'Name a policy file, e.g. policy/uk-2022-visual-surveillance.yaml.',
      cause,
    });
  }
  throw new Failure('policy-invalid', `${path} is larger than 2 MiB, which no policy file is.`, {
    hint: 'Name the policy file that you mean.',
  });
}

/** Rows whose source is not a key of `sources`. */
function unknownSources(
  node: unknown,
  known: readonly string[],
  path: readonly (string | number)[],
): readonly PolicyProblem[] {
  if (Array.isArray(node)) return node.flatMap((item, at) => unknownSources(item, known, [...path, at]));
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== 'source' || typeof value !== 'string') return unknownSources(value, known, [...path, key]);
    if (known.includes(value)) return [];
    return [
      {
        path: [...path, key],
        message: `No source has the key "${value}".`,
        hint: `Add it under sources, or write one of: ${known.join(', ')}.`,
      },
    ];
  });
}

/** The same document with every source's key replaced by the source. */
function withSources<T>(node: T, sources: Readonly<Record<string, string>>): T;
function withSources(node: unknown, sources: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(node)) return node.map((item) => withSources(item, sources));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === 'source' && typeof value === 'string' ? sources[value] : withSources(value, sources),
    ]),
  );
}
