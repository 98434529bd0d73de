// Pictures of pages, for docs/screenshots: node tools/screenshots.mjs BASE-URL SIGN-IN-LINK NAME [LABEL=PATH…]
// Starts nothing itself. BASE-URL is a running server, SIGN-IN-LINK one that "clearsite users sign-in-link" printed ("-" = nobody
// signs in), NAME says whose pages they are. Without paths those that its navigation leads to. Each page twice: desktop, and 320 pixels wide.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath } from './chromium.mjs';
import { root } from './install.mjs';

const [base, link, name, ...asked] = process.argv.slice(2);
if (name === undefined) {
  console.error('Usage: node tools/screenshots.mjs BASE-URL SIGN-IN-LINK NAME [LABEL=PATH…]');
  process.exit(2);
}
const folder = join(root, 'docs', 'screenshots');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({ baseURL: base, javaScriptEnabled: false, locale: 'en-GB' });
  const page = await context.newPage();
  // The link shows a button: nobody is signed in by opening a page.
  if (link !== '-') {
    await page.goto(link);
    await page.locator('main button').first().click();
  }
  await page.goto('/');
  const paths =
    asked.length > 0
      ? asked
      : await page.locator('nav a[href^="/"]').evaluateAll((links) => links.map((each) => each.getAttribute('href')));
  for (const one of new Set(paths)) {
    const [, label, path] = /^([\w-]+)=(.*)$/s.exec(one) ?? [null, one, one];
    for (const [size, width] of [
      ['desktop', 1280],
      ['320', 320],
    ]) {
      await page.setViewportSize({ width, height: 800 });
      const answer = await page.goto(path);
      const file = `${name}-${label.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') || 'home'}-${size}.jpg`;
      await page.screenshot({ path: join(folder, file), fullPage: true, type: 'jpeg', quality: 45 });
      console.log(`${answer?.status()} ${path} -> docs/screenshots/${file}`);
    }
  }
} finally {
  await browser.close();
}
