import { type FastifyInstance, type FastifyReply } from 'fastify';
import { type Assets } from './assets';
import { navigationFor } from './navigation';
import { render } from './render';
import { isSecure, type Site } from './site';

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends a page.
     * @param template a path under web/templates
     * @param view what the template shows; `title` goes into the page's title
     */
    page(template: string, view: object, options?: { readonly status?: number }): FastifyReply;
    /** Says something at the top of the next page that this browser gets; for after a redirect. */
    note(text: string): FastifyReply;
  }
}

const NOTE = 'note';
/** Longer ones would not fit into a cookie. */
const LONGEST_NOTE = 1_000;

/** The note that waits for this browser, which is then shown once. */
function takeNote(reply: FastifyReply): string | null {
  const note = reply.request.cookies[NOTE];
  if (note === undefined || note === '') return null;
  void reply.clearCookie(NOTE, { path: '/' });
  return note;
}

/** Gives replies their `page` and `note`. */
export function dressReplies(server: FastifyInstance, site: Site, assets: Assets): void {
  server.decorateReply('page', function page(this: FastifyReply, template, view, { status = 200 } = {}) {
    const { request } = this;
    const { viewer, signedInUntil } = request;
    const path = request.url.split('?')[0] ?? '/';
    const html = render(template, {
      ...view,
      viewer,
      navigation: viewer === null ? [] : navigationFor(viewer, path),
      signedInUntil,
      note: takeNote(this),
      csrf: this.generateCsrf(),
      assets,
    });
    return this.code(status).type('text/html; charset=utf-8').send(html);
  });
  server.decorateReply('note', function note(this: FastifyReply, text) {
    const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(site), maxAge: 60 } as const;
    return this.setCookie(NOTE, text.slice(0, LONGEST_NOTE), options);
  });
}
