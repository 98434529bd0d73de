import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { settled } from '../../../app/access/letters';
import { deliverMail } from '../../../app/mail/deliver';
import { POLICY, RunningProgramme } from '../../app/a-running-programme';
import { type Browser, type Page, startWeb, type TestWeb } from '../../support/web';

/** A mail as it was received. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A running programme with its pages and its real mail: what a department has to do with. */
export class Office {
  #now: Date | null = null;

  private constructor(
    readonly programme: RunningProgramme,
    readonly web: TestWeb,
  ) {}

  static async start(): Promise<Office> {
    const programme = await RunningProgramme.start(POLICY);
    let office: Office | null = null;
    const web = await startWeb(programme.services, { now: () => office?.now() ?? new Date() });
    office = new Office(programme, web);
    return office;
  }

  async stop(): Promise<void> {
    await settled(this.programme.services);
    await this.web.stop();
    await this.programme.stop();
  }

  now(): Date {
    return this.#now ?? new Date();
  }

  /** The clock of the pages stands there; null = the system's. */
  setClock(now: Date | null): void {
    this.#now = now;
  }

  get pool() {
    return this.programme.pool;
  }

  /** Sends whatever waits, and everything that was put behind an answer. */
  async deliver(): Promise<void> {
    await deliverMail(this.programme.services, { pace: 'ignored' });
    await settled(this.programme.services);
  }

  /** Every mail that an address has received, the newest last. */
  async mailTo(address: string): Promise<ReceivedMail[]> {
    await settled(this.programme.services);
    const folder = this.programme.stack.mailFolder;
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.eml'))
      .sort();
    const all = await Promise.all(files.map((name) => PostalMime.parse(readFileSync(join(folder, name)))));
    return all
      .filter(({ to }) => to?.some((one) => one.address?.toLowerCase() === address))
      .map(({ subject = '', text = '', html = '' }) => ({ to: address, subject, text, html }));
  }

  /** The code in the newest mail with one. */
  async codeFor(address: string): Promise<string> {
    const mail = (await this.mailTo(address)).filter(({ subject }) => subject === 'Your sign-in code').at(-1);
    const code = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(mail?.text ?? '')?.[0];
    if (code === undefined) throw new Error(`no code has come to ${address}`);
    return code;
  }

  /** Devices with open cases, and the links of the mail about them. @returns the link's path, e.g. `/t/…` */
  async linkFor(
    address: string,
    count: number,
    site: string,
  ): Promise<{ path: string; ids: string[]; reference: string }> {
    const ids = await this.programme.devices(count, '', site);
    await this.deliver();
    const mail = (await this.mailTo(address))
      .filter(({ text }) => text.includes('/t/') && ids.every((id) => text.includes(id)))
      .at(-1);
    if (mail === undefined) throw new Error(`no mail about ${ids.join()} has come to ${address}`);
    const path = /http:\/\/clearsite\.example\.test(\/t\/[\w-]+)/.exec(mail.text)?.[1];
    const reference = /enter this reference: (\S+)/.exec(mail.text)?.[1];
    if (path === undefined || reference === undefined) throw new Error(`the mail has no link: ${mail.text}`);
    return { path, ids, reference };
  }

  async caseIds(assets: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT case_id AS id FROM cases WHERE asset_id = ANY($1) ORDER BY asset_id`,
      [assets],
    );
    return rows.map(({ id }) => id);
  }

  /** How many events of a type devices' cases have. */
  async events(assets: readonly string[], type: string): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit_events a JOIN cases c USING (case_id) WHERE c.asset_id = ANY($1) AND a.type = $2`,
      [assets, type],
    );
    return rows[0]!.n;
  }
}

/** What a form would send as it stands: hidden fields, ticked boxes, chosen radios, and what is typed. */
export function formFields(
  page: Page,
  typed: Readonly<Record<string, string>> = {},
): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const [tag] of page.body.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const [name, type, value] = [attribute('name'), attribute('type'), attribute('value') ?? ''];
    if (name === undefined || name === '_csrf' || type === 'file') continue;
    if ((type === 'checkbox' || type === 'radio') && !/\bchecked\b/.test(tag)) continue;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return { ...fields, ...typed };
}

/** Sends a page's form as it stands with what is typed, as a browser does that can send files. */
export async function submitForm(
  browser: Browser,
  page: Page,
  typed: Readonly<Record<string, string>> = {},
  file: { readonly name: string; readonly content: Uint8Array | string } | null = null,
  path = page.path,
): Promise<Page> {
  const body = new FormData();
  body.append('_csrf', page.token ?? '');
  for (const [name, value] of Object.entries(formFields(page, typed)))
    for (const one of [value].flat()) body.append(name, one);
  const none = { name: '', content: '' };
  const { name, content } = file ?? none;
  body.append('file', new Blob([content as never]), name);
  return browser.request(path, { method: 'POST', body });
}
