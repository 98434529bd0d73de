const LONGEST = 1_000;
/** Where nobody is to be led after signing in: they would be signed out, or go in a circle. */
const NOT_BACK_TO = /^\/(?:sign-in|sign-out)(?:[/?]|$)/;

/**
 * Where to go after signing in: what was asked for, if it is a path of this server; else the start. Whatever a browser might take for
 * another server (`//host`, `/\host`, a tab in between) is none.
 */
export function safeNext(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > LONGEST || !/^\/[!-[\]-~]*$/.test(asked)) return '/';
  if (asked.startsWith('//') || NOT_BACK_TO.test(asked)) return '/';
  const origin = 'http://here.invalid';
  const url = URL.canParse(asked, origin) ? new URL(asked, origin) : null;
  if (url?.origin !== origin || url.pathname.startsWith('//') || NOT_BACK_TO.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}`;
}
