import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** A column of a table. */
export interface Column {
  readonly head: string;
  /** @default left */
  readonly align?: 'left' | 'right';
}

/** Characters that a terminal would obey instead of showing; values come from other people's files. */
const UNSAFE = /[\p{Cc}\p{Cf}]/gu;

/** A value as it can be shown on a terminal: on one line, with nothing in it that the terminal would obey. */
export function printable(value: string): string {
  return value.replace(/\s+/g, ' ').replace(UNSAFE, '�');
}

/**
 * Rows under their heads in plain aligned columns, without colour or lines, so that they survive a pipe and a mail.
 * @param rows cells by column; null is shown as `-`
 */
export function table(columns: readonly Column[], rows: readonly (readonly (string | number | null)[])[]): string {
  const gap = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const edge = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const drawn = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...gap, ...edge },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) drawn.push(row.map((cell) => (cell === null ? '-' : printable(String(cell)))));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values, one a line, the values aligned. */
export function facts(pairs: readonly (readonly [string, string | number | null])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs
    .map(([name, value]) => `${name.padEnd(width)}  ${value === null ? '-' : printable(String(value))}`.trimEnd())
    .join('\n');
}

/** How far something has come, for a person who waits. */
export interface Progress {
  /** @param total 0 = not known */
  update(value: number, total: number): void;
  /** Takes the bar away. Harmless when done twice. */
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A bar on stderr where that is a terminal; else nothing. Appears with the first update. */
export function progressBar(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return SILENT;
  let bar: SingleBar | null = null;
  return {
    update(value, total) {
      if (bar === null) {
        bar = new SingleBar(
          {
            stream,
            format: `${label} {bar} {percentage}%`,
            hideCursor: true,
            clearOnComplete: true,
            barsize: 30,
            fps: 5,
            gracefulExit: false,
          },
          Presets.shades_classic,
        );
        bar.start(Math.max(1, total), 0);
      }
      bar.setTotal(Math.max(1, total));
      bar.update(Math.min(value, Math.max(1, total)));
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
