import { type FastifyInstance } from 'fastify';
import { type AddressInfo } from 'node:net';
import { sessionOf, startSession } from '../../app/access/sessions';
import { type Services } from '../../app/services';
import { type Limits, type Recognised, type Site } from '../../web/site';
import { makeServer } from '../../web/server';

/** A browser without a screen: keeps cookies, sends forms with their hidden fields, follows nothing by itself. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  /** A cookie's value; null where there is none. */
  cookie(name: string): string | null {
    return this.#cookies.get(name) ?? null;
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  async request(path: string, init: RequestInit = {}): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.url), {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), ...(cookie === '' ? {} : { cookie }) },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value ?? '');
    }
    return new Page(path, response.status, response.headers, await response.text());
  }

  get(path: string): Promise<Page> {
    return this.request(path);
  }

  /** Follows redirects to the page where they end. */
  async open(path: string): Promise<Page> {
    let page = await this.get(path);
    for (let hops = 0; page.location !== null && hops < 10; hops += 1) page = await this.get(page.location);
    return page;
  }

  /** Sends fields as a form does, with a token of the page that it is on, or (without one) of the start page. */
  async post(path: string, fields: Readonly<Record<string, string | readonly string[]>>, from?: Page): Promise<Page> {
    const body = new URLSearchParams();
    const token = (from ?? (await this.get('/cookies'))).token;
    if (token !== null) body.append('_csrf', token);
    for (const [name, value] of Object.entries(fields))
      for (const each of typeof value === 'string' ? [value] : value) body.append(name, each);
    return this.request(path, { method: 'POST', body });
  }
}

/** What a server answered. */
export class Page {
  constructor(
    readonly path: string,
    readonly status: number,
    readonly headers: Headers,
    readonly body: string,
  ) {}

  /** Where it sends the browser; null = nowhere. */
  get location(): string | null {
    return this.headers.get('location');
  }

  /** The hidden token of its forms. */
  get token(): string | null {
    return /name="_csrf" value="([^"]+)"/.exec(this.body)?.[1] ?? null;
  }

  /** What people read of it: without markup, on single spaces. */
  get text(): string {
    return this.body
      .replace(/<(script|style|head)[\s\S]*?<\/\1>/g, ' ')
      .replace(/<[^>]+>/g, ' ')
      .replace(/&nbsp;/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&')
      .replace(/\s+/g, ' ')
      .trim();
  }
}

export interface TestWeb {
  readonly url: string;
  readonly server: FastifyInstance;
  readonly site: Site;
  /** What the server logged as its own fault. */
  readonly faults: readonly Error[];
  browser(): Browser;
  /** A browser in which somebody of the register has signed in, by the site's clock. */
  signedIn(email: string): Promise<Browser>;
  stop(): Promise<void>;
}

export interface WebOptions {
  readonly now?: () => Date;
  readonly recognise?: (token: string, now: Date) => Promise<Recognised | null>;
  readonly limits?: Limits;
}

/** The web server on a free port of loopback. */
export async function startWeb(services: Services, options: WebOptions = {}): Promise<TestWeb> {
  const faults: Error[] = [];
  const site: Site = {
    services,
    now: options.now ?? (() => new Date()),
    recognise: options.recognise ?? ((token, now) => sessionOf(services, token, now.toISOString())),
  };
  const limits = options.limits ?? { pagesPerMinute: 100_000, formsPerMinute: 100_000 };
  const server = await makeServer(site, { ...limits, log: (error) => faults.push(error) });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    url,
    server,
    site,
    faults,
    browser: () => new Browser(url),
    async signedIn(email) {
      const session = await startSession(services, email, 'code', site.now().toISOString());
      if (session === null) throw new Error(`${email} is nobody in this register`);
      const browser = new Browser(url);
      browser.setCookie('session', session.token);
      return browser;
    },
    stop: () => server.close(),
  };
}
