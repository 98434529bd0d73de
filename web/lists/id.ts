import { notFound } from '../problems';

/** An id of an address, which may be anything that somebody typed. @throws "Page not found" for what no id can be */
export function idFrom(param: string): string {
  if (param.length > 200 || /\p{Cc}/u.test(param)) throw notFound();
  return param;
}
