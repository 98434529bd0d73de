import { type LookedAt, SIZES, TestBrowser, violations } from './browser';
import { misnamed, rowsTooWide, tooWide, walkByKeyboard } from './page-checks';

/** What people meet on a page; each list is empty where nothing stands in their way. */
export interface Looked {
  /** By axe, at the width of a desktop and of a phone. */
  readonly violations: readonly string[];
  /** CSS pixels that have to be scrolled sideways: with text at 200%, at 320 pixels, and there within a table that is shown row by row. */
  readonly sideways: { readonly largeText: number; readonly phone: number; readonly rows: number };
  /** Cells that a phone shows under another name than that of their column. */
  readonly misnamed: readonly string[];
  /** By keyboard alone, without JavaScript. */
  readonly missed: readonly string[];
  readonly unseen: readonly string[];
  readonly disordered: readonly string[];
}

/** A page that nothing stands in the way of. */
export const CLEAR: Looked = {
  violations: [],
  sideways: { largeText: 0, phone: 0, rows: 0 },
  misnamed: [],
  missed: [],
  unseen: [],
  disordered: [],
};

/** A Chromium that looks at the pages of one server: one window for axe, one in which nothing but the page runs. */
export class Eyes {
  private constructor(
    private readonly base: string,
    private readonly browser: TestBrowser,
    private readonly lens: LookedAt,
    private readonly plain: LookedAt,
  ) {}

  static async open(base: string): Promise<Eyes> {
    const browser = await TestBrowser.open();
    const lens = await browser.window(base, { scripts: 'on', policy: 'bypassed' });
    return new Eyes(base, browser, lens, await browser.window(base));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Hosts other than the server that a page asked for something. */
  get strangers(): readonly string[] {
    return [...this.lens.strangers, ...this.plain.strangers];
  }

  /** Whose pages are looked at from now on. @param token of the session; null = nobody's */
  async signIn(token: string | null): Promise<void> {
    for (const { context } of [this.lens, this.plain]) {
      await context.clearCookies();
      if (token !== null) await context.addCookies([{ name: 'session', value: token, url: this.base }]);
    }
  }

  /** @returns what was met, and the first control that Tab reaches */
  async look(path: string): Promise<Looked & { readonly first: string }> {
    const { lens, plain } = this;
    await lens.page.setViewportSize(SIZES.desktop);
    await lens.page.goto(path, { waitUntil: 'load' });
    const found = await violations(lens.page);
    // Text alone at 200% (1.4.4): the styles count in rem.
    await lens.page.evaluate("document.documentElement.style.fontSize = '200%'");
    const largeText = await tooWide(lens.page);
    await lens.page.evaluate("document.documentElement.style.fontSize = ''");
    await lens.page.setViewportSize(SIZES.phone);
    const phone = await tooWide(lens.page);
    const rows = await rowsTooWide(lens.page);
    const names = await misnamed(lens.page);
    found.push(...(await violations(lens.page)).map((one) => `at 320 pixels: ${one}`));
    await plain.page.goto(path, { waitUntil: 'load' });
    const walk = await walkByKeyboard(plain.page);
    return { violations: found, sideways: { largeText, phone, rows }, misnamed: names, ...walk };
  }

  /** As {@link look}, at a document that was the answer to a form. @param path where its form is */
  async lookAtAnswer(path: string, html: string): Promise<Looked & { readonly first: string }> {
    const windows = [this.lens, this.plain];
    const answer = { status: 200, contentType: 'text/html; charset=utf-8', body: html };
    const here = new URL(path, this.base).href;
    for (const { page } of windows) await page.route(here, (route) => route.fulfill(answer));
    try {
      return await this.look(here);
    } finally {
      for (const { page } of windows) await page.unroute(here);
    }
  }
}
