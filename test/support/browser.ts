import { readFileSync } from 'node:fs';
import { type AxeResults, type RunOptions } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../tools/chromium.mjs';

/** WCAG 2.2, levels A and AA. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How a page is looked at. */
export interface Look {
  /** @default 'off': every page must work without it */
  readonly scripts?: 'on' | 'off';
  /** @default 'desktop'; `phone` = 320 CSS pixels, which is also 1280 pixels at 400% zoom (WCAG 1.4.10) */
  readonly width?: 'desktop' | 'phone';
  /** The session cookie's `name=value`, as `startWeb` has it; null = nobody is signed in. */
  readonly cookie?: string | null;
  /** @default 'screen' */
  readonly medium?: 'screen' | 'print';
  /** `bypassed` lets a test's own script in, such as axe. @default 'kept' */
  readonly policy?: 'kept' | 'bypassed';
}

export const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 320, height: 640 } } as const;

/** A page of a browser, and every host other than its own that it asked for something. */
export interface LookedAt {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly strangers: readonly string[];
  close(): Promise<void>;
}

/** A Chromium that runs for a test file. */
export class TestBrowser {
  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<TestBrowser> {
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      // The sandbox cannot be had as root in a container; the pages are our own.
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
    });
    return new TestBrowser(browser);
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Opens a window on a server. @param base the server's address, e.g. `http://127.0.0.1:3000` */
  async window(base: string, look: Look = {}): Promise<LookedAt> {
    const { scripts = 'off', width = 'desktop', cookie = null, medium = 'screen', policy = 'kept' } = look;
    const context = await this.browser.newContext({
      baseURL: base,
      javaScriptEnabled: scripts === 'on',
      bypassCSP: policy === 'bypassed',
      viewport: SIZES[width],
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      reducedMotion: 'reduce',
    });
    if (cookie !== null) {
      const [name = '', value = ''] = cookie.split(/=(.*)/s);
      await context.addCookies([{ name, value, url: base, httpOnly: true, sameSite: 'Lax' }]);
    }
    const strangers: string[] = [];
    const own = new URL(base).host;
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== own) strangers.push(request.url());
    });
    const page = await context.newPage();
    await page.emulateMedia({ media: medium, reducedMotion: 'reduce' });
    return { page, context, strangers, close: () => context.close() };
  }

  /**
   * What axe finds on a document as the server sent it. It is looked at in a window of its own: axe is a script, which
   * the pages' own policy and a window without JavaScript would both refuse.
   * @returns one line a violation; empty = none
   */
  async violations(base: string, path: string, look: Omit<Look, 'scripts'> = {}): Promise<string[]> {
    const { page, close } = await this.window(base, { ...look, scripts: 'on', policy: 'bypassed' });
    try {
      await page.goto(path, { waitUntil: 'load' });
      return await violations(page);
    } finally {
      await close();
    }
  }
}

/** What axe finds on a page as it is now; its window must have scripts on and its policy bypassed. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const options: RunOptions = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] };
  const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}; ${target.join(' ')}; ${failureSummary ?? ''}`),
  );
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
