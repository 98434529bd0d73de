import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A place in a text file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML 1.2 document that remembers where each value stands. */
export interface YamlDocument {
  readonly value: unknown;
  /** Where the value at a path stands; for a missing one, its nearest parent. `key`: that key of the map at the path. */
  locate(path: readonly PropertyKey[], key?: string): Position;
}

/** What makes a text no document at all. */
export interface YamlError extends Position {
  readonly message: string;
}

/** Enough for shared rows, too few for a document that grows without end. */
const MOST_ALIASES = 100;

/**
 * Reads one YAML document: core schema (dates stay text), duplicate keys and several documents are errors.
 * @returns the document, or everything that is wrong with the text
 */
export function parseYaml(text: string): YamlDocument | readonly YamlError[] {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', schema: 'core' });
    if (document.errors.length > 0) return document.errors.map(({ message, pos }) => ({ ...at(pos[0]), message }));
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { value, locate: (path, key) => at(offsetOf(document, path, key)) };
  } catch (error) {
    // The parser itself gives up on documents nested without end and on aliases that multiply.
    const message =
      error instanceof RangeError
        ? 'The document is nested too deeply.'
        : error instanceof Error
          ? error.message
          : String(error);
    return [{ line: 1, column: 1, message }];
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[], key: string | undefined): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of key === undefined ? path : [...path, key]) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) break;
      const where = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      offset = where ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
    } else {
      break;
    }
    if (key === undefined || step !== key) offset = startOf(node) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range?.[0] : undefined;
}
