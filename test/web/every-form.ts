import { type Form, formsOf } from '../support/forms';
import { type Browser, type Page } from '../support/web';
import { type FullProgramme, type Reader, READERS } from './a-full-programme';
import { ADDRESSES } from './addresses';

/** A form, and the page that it is on. */
export interface FoundForm {
  readonly form: Form;
  readonly page: Page;
}

export function browserOf(made: FullProgramme, reader: Reader): Browser {
  const email = READERS[reader];
  return email === null ? made.web.browser() : made.as(email);
}

/** Where a form is sent, whatever it is about. */
export function kindOf({ method, action }: Form): string {
  return `${method} ${action.replace(/[kbcelt]_\w+(?:-\d+)?|[\w-]{43}/g, '*')}`;
}

/** Forms of every page that somebody gets, each once; not the one in the frame that signs out. */
export async function formsFor(made: FullProgramme, reader: Reader): Promise<readonly FoundForm[]> {
  const browser = browserOf(made, reader);
  const found = new Map<string, FoundForm>();
  for (const addresses of Object.values(ADDRESSES)) {
    for (const path of addresses(made.things)) {
      if (/\.(?:csv|json)$|evidence/.test(path)) continue;
      const page = await browser.get(path);
      for (const form of formsOf(page.body, path.split('?')[0]!)) {
        if (form.action === '/sign-out') continue;
        const key = `${kindOf(form)} ${form.names.filter((name) => !name.startsWith('revision-')).join()}`;
        if (!found.has(key)) found.set(key, { form, page });
      }
    }
  }
  return [...found.values()];
}
