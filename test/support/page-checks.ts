import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from 'playwright-core';

const IN_PAGE = readFileSync(join(__dirname, 'in-page.js'), 'utf8').trim().replace(/;$/, '');

/** Calls a function of in-page.js inside a page, whether or not scripts of the page itself may run. */
async function inPage<T>(page: Page, call: string): Promise<T> {
  return (await page.evaluate(`${IN_PAGE.slice(IN_PAGE.indexOf('({'))}.${call}`)) as T;
}

/** How much wider than its window a page is, in CSS pixels: 0 = nothing has to be scrolled sideways. */
export function tooWide(page: Page): Promise<number> {
  return inPage(page, 'tooWide()');
}

/** By how much tables that a phone shows row by row do not fit into it, in CSS pixels. */
export function rowsTooWide(page: Page): Promise<number> {
  return inPage(page, 'rowsTooWide()');
}

/** Cells that a phone shows under another name than that of their column. */
export function misnamed(page: Page): Promise<readonly string[]> {
  return inPage(page, 'misnamed()');
}

/** Waits for what a page gives the focus to by itself: a browser does so with its first frame, which may come after "load". */
export async function atRest(page: Page): Promise<void> {
  if ((await page.locator('[autofocus]').count()) > 0) await page.locator(':focus').waitFor();
}

/** What a person who has no mouse finds on a page. */
export interface KeyboardWalk {
  /** Controls that Tab never reached. */
  readonly missed: readonly string[];
  /** Controls that look the same with and without the focus. */
  readonly unseen: readonly string[];
  /** Controls that Tab reached after one that comes later on the page. */
  readonly disordered: readonly string[];
  /** The first control that Tab reaches. */
  readonly first: string;
}

/** A field for a date has a part each for day, month, year and the calendar. */
const STOPS_OF_A_CONTROL = 5;

/** Presses Tab from the top of a page to its end. */
export async function walkByKeyboard(page: Page): Promise<KeyboardWalk> {
  await atRest(page);
  const count = await inPage<number>(page, 'mark()');
  const reached = new Set<number>();
  const unseen: string[] = [];
  const disordered: string[] = [];
  let first = '';
  let last = -1;
  let now = -2;
  for (let presses = 0; presses <= count * STOPS_OF_A_CONTROL + 1; presses += 1) {
    await page.keyboard.press('Tab');
    const focus = await inPage<{ number: number; name: string; seen: boolean } | null>(page, 'focused()');
    if (focus === null) break;
    if (focus.number === now) continue;
    if (reached.has(focus.number)) break;
    now = focus.number;
    if (presses === 0) first = focus.name;
    if (!focus.seen) unseen.push(focus.name);
    if (focus.number < last) disordered.push(focus.name);
    last = Math.max(last, focus.number);
    reached.add(focus.number);
  }
  const missed = await inPage<string[]>(page, `missed(${JSON.stringify([...reached])})`);
  return { missed, unseen, disordered, first };
}

const MOST_PRESSES = 300;

/** Presses Tab until a control has the focus. @param name its id, or the beginning of its words */
export async function tabTo(page: Page, name: string): Promise<void> {
  const script = `(() => { const e = document.activeElement; return [e.id, e.textContent.trim()]; })()`;
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await page.keyboard.press('Tab');
    const [id, words] = (await page.evaluate(script)) as [string, string];
    if (id === name || words.startsWith(name)) return;
  }
  throw new Error(`Tab never reached ${name}`);
}
