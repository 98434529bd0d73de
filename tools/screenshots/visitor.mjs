// Somebody in front of a browser who looks at the demonstration's pages, and has a picture taken of each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { mails, Stage } from '../stage.mjs';

/** CSS pixels; 320 is also 1280 at 400% zoom. */
const SIZES = [
  ['desktop', 1280],
  ['320', 320],
];

/** The home of a running demonstration: its commands, its pages and the mail that it kept. */
export class Home extends Stage {
  /** True where its pages have been up; a command says it where they are not any more. */
  get hasPages() {
    return existsSync(join(this.home, 'web-port'));
  }

  /** Where its pages are. */
  get base() {
    return `http://127.0.0.1:${readFileSync(join(this.home, 'web-port'), 'utf8').trim()}`;
  }

  signInLink(email) {
    return this.ask(['users', 'sign-in-link', email]).url;
  }

  /** Cases, as "cases list" has them. */
  cases(...filters) {
    return this.ask(['cases', 'list', '--limit', '1000', ...filters]).cases;
  }

  /** @returns mail to an address, the newest last */
  async mailTo(email) {
    const all = await Promise.all(mails(this.home).map((path) => PostalMime.parse(readFileSync(path))));
    return all.filter(({ to }) => to?.some(({ address }) => address === email));
  }

  /** Addresses behind links to tasks, in the order of the mail. */
  async taskLinks(email) {
    const text = (await this.mailTo(email)).map((mail) => mail.text ?? '').join('\n');
    return [...text.matchAll(/http\S+\/t\/\S+/g)].map(([url]) => url);
  }

  /** Waits for a typed code that was sent after `before` mails. */
  code(email, before) {
    return this.until(
      `a code to ${email}`,
      async () => {
        const codes = (await this.mailTo(email)).slice(before).filter(({ subject }) => subject === 'Your sign-in code');
        return /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(codes.at(-1)?.text ?? '')?.[0];
      },
      30,
    );
  }
}

/** One person's browser: without JavaScript, as every page has to work. */
export class Visitor {
  constructor(page, album) {
    this.page = page;
    this.album = album;
  }

  /** @param email whose; null = nobody is signed in */
  static async enter(home, browser, album, email) {
    const context = await browser.newContext({ baseURL: home.base, javaScriptEnabled: false, locale: 'en-GB' });
    const visitor = new Visitor(await context.newPage(), album);
    visitor.page.setDefaultTimeout(15_000);
    await visitor.wide();
    if (email !== null) {
      // The link shows a button: nobody is signed in by opening a page.
      await visitor.page.goto(home.signInLink(email));
      await visitor.page.locator('main button').first().click();
      await visitor.page.waitForLoadState('load');
    }
    return visitor;
  }

  wide() {
    return this.page.setViewportSize({ width: SIZES[0][1], height: 800 });
  }

  async go(path) {
    await this.page.goto(path);
    return this;
  }

  /** Follows the first link that matches. */
  async follow(selector, index = 0) {
    await Promise.all([this.page.waitForEvent('load'), this.page.locator(`main ${selector}`).nth(index).click()]);
    return this;
  }

  /** Opens a page, and has its pictures taken. */
  async see(path, label, says) {
    return (await this.go(path)).shoot(label, says);
  }

  /** Types into fields, by name; "name=value" in a list chooses that radio button or box. */
  async fill(fields, choices = []) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`main [name="${name}"]:not([type=hidden])`).first();
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    for (const choice of choices) {
      const [name, value] = choice.split(/=(.*)/s);
      await this.page.locator(`main input[name="${name}"][value="${value}"]`).first().check();
    }
    return this;
  }

  /** Presses the button with these words, and waits for what comes. */
  async press(words) {
    const button = this.page.locator('main').getByRole('button', { name: words }).first();
    await Promise.all([this.page.waitForEvent('load'), button.click()]);
    return this;
  }

  /** Takes pictures of the page as it stands. @param label begins with the name of the page's template */
  async shoot(label, says) {
    const words = await this.page.locator('main').innerText();
    if (!words.includes(says)) throw new Error(`${label} does not say "${says}", at ${this.page.url()}:\n${words}`);
    for (const [size, width] of SIZES) {
      await this.page.setViewportSize({ width, height: 800 });
      await this.album.add(`${label}-${size}`, this.page);
    }
    await this.wide();
    return this;
  }

  close() {
    return this.page.context().close();
  }
}
