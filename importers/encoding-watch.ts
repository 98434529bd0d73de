import { isAscii, isUtf8 } from 'node:buffer';
import { type Encoding } from './raw';
import { unusable } from './unusable';
import { scanBytes, splitPoint } from './utf8';

const LF = 0x0a;

function countLines(chunk: Buffer, to: number): number {
  let lines = 0;
  for (let at = chunk.indexOf(LF); at !== -1 && at < to; at = chunk.indexOf(LF, at + 1)) lines += 1;
  return lines;
}

/** U+FFFD, which programs write for what they could not read. */
const REPLACEMENT = Buffer.from('\uFFFD');
/** "Ã" and a sign that follows it only in UTF-8 that was read as Windows-1252 and written again. */
const DOUBLED = Buffer.from('c383c2', 'hex');

function occurrences(bytes: Buffer, wanted: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + wanted.length)) count += 1;
  return count;
}

/** Decides the encoding while the bytes go by. */
export class EncodingWatch {
  /** Letters lost, and letters converted twice; of use where the text is UTF-8. */
  readonly harm = { replaced: 0, doubled: 0 };
  private held: Buffer = Buffer.alloc(0);
  private line = 1;
  private multibyte = false;
  private brokenLine: number | null = null;
  private undefinedLine: number | null = null;

  constructor(
    private readonly name: string,
    private readonly stated: Encoding | null,
  ) {}

  see(chunk: Buffer): void {
    const nul = chunk.indexOf(0);
    if (nul !== -1) {
      throw unusable(
        'nul-byte',
        `${this.name} holds a NUL byte on line ${this.line + countLines(chunk, nul)}: it is no text, or UTF-16 without its byte-order mark, or damaged.`,
        'Save it again as "CSV UTF-8" and import that.',
      );
    }
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const end = splitPoint(bytes);
    this.judge(bytes.subarray(0, end));
    this.held = Buffer.from(bytes.subarray(end));
    this.line += countLines(bytes, end);
  }

  private judge(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    if (isUtf8(bytes)) {
      this.multibyte = true;
      this.harm.replaced += occurrences(bytes, REPLACEMENT);
      this.harm.doubled += occurrences(bytes, DOUBLED);
      return;
    }
    const found = scanBytes(bytes);
    this.multibyte ||= found.multibyte;
    if (found.broken !== null) this.brokenLine ??= this.line + countLines(bytes, found.broken);
    if (found.undefined1252 !== null) this.undefinedLine ??= this.line + countLines(bytes, found.undefined1252);
  }

  verdict(): 'utf-8' | 'windows-1252' {
    this.judge(this.held);
    if (this.stated === 'windows-1252') return this.asWindows();
    if (this.brokenLine === null) return 'utf-8';
    if (this.stated === 'utf-8') {
      throw unusable(
        'bad-encoding',
        `${this.name} is not UTF-8: line ${this.brokenLine} holds bytes that UTF-8 does not.`,
        'Save it again as "CSV UTF-8".',
      );
    }
    if (this.multibyte) {
      throw unusable(
        'mixed-encoding',
        `${this.name} is partly UTF-8 and partly not (line ${this.brokenLine}), so names in it would come out wrong either way.`,
        'Save it again as "CSV UTF-8", or say --encoding windows-1252 where you know that it is.',
      );
    }
    return this.asWindows();
  }

  private asWindows(): 'windows-1252' {
    if (this.undefinedLine === null) return 'windows-1252';
    throw unusable(
      'bad-encoding',
      `${this.name} is neither UTF-8 nor Windows-1252 (line ${this.undefinedLine}).`,
      'Save it again as "CSV UTF-8".',
    );
  }
}
