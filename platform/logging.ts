import { pino, type Logger } from 'pino';
import { variable, type Environment } from './paths';

/** Wherever they stand in a line: in a message, an error, a stack, a member. */
const PRIVATE: readonly (readonly [RegExp, string])[] = [
  [
    /("(?:password|passwd|secret|token|apiKey|api_key|authorization|cookie|keys?|clientSecret)":)"(?:[^"\\]|\\.)*"/gi,
    '$1"[redacted]"',
  ],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s@"\\]+@/gi, '$1:[redacted]@'],
  [/[\p{L}\p{N}._%+'-]+@(?:localhost\b|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/giu, '[e-mail]'],
];

/** Takes e-mail addresses, passwords and secrets out of a text. */
export function redact(text: string): string {
  return PRIVATE.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), text);
}

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error', 60: 'fatal' };

/**
 * A log on stderr, level from `CLEARSITE_LOG` (default info): JSON lines, or short lines on a terminal outside production. Addresses and
 * secrets are taken out of the finished line, so that no caller has to remember to.
 */
export function makeLogger(name: string, environment: Environment = process.env): Logger {
  const people = process.stderr.isTTY && environment['NODE_ENV'] !== 'production';
  const write = (line: string): void => {
    const clean = redact(line);
    process.stderr.write(people ? `${forPeople(clean)}\n` : clean);
  };
  return pino({ name, level: variable(environment, 'CLEARSITE_LOG') ?? 'info', base: { name } }, { write });
}

function forPeople(line: string): string {
  const { level, time, name, msg, err } = JSON.parse(line) as {
    level: number;
    time: number;
    name: string;
    msg?: string;
    err?: { message: string };
  };
  return [new Date(time).toISOString().slice(11, 19), name, LEVELS[level] ?? level, msg ?? '', err?.message ?? '']
    .filter((part) => part !== '')
    .join(' ');
}
