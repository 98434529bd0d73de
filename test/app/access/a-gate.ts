import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import PostalMime, { type Email } from 'postal-mime';
import { settled } from '../../../app/access/letters';
import { openServices, type Services } from '../../../app/services';
import { loadConfig } from '../../../platform/config';
import { seedProgramme } from '../../support/a-programme';
import { startRegister, type TestRegister } from '../../support/stack';
import { PostOffice } from '../mail/post-office';

/** A Thursday in winter, when London's clocks show UTC. */
export const NOW = '2026-11-26T09:00:00.000Z';

/** So many minutes after {@link NOW}. */
export function after(minutes: number): string {
  return new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
}

/** A register with the seeded people, and a mail server, for what signing in needs. */
export class Gate {
  private constructor(
    readonly register: TestRegister,
    readonly services: Services,
    readonly pool: Pool,
    readonly post: PostOffice,
    private readonly home: string,
  ) {}

  static async open(): Promise<Gate> {
    const register = await startRegister();
    const post = await PostOffice.open();
    const home = mkdtempSync(join(tmpdir(), 'clearsite-gate-'));
    const services = openServices(
      loadConfig({
        CLEARSITE_HOME: home,
        DATABASE_URL: register.databaseUrl,
        SMTP_URL: post.url,
        MAIL_FROM: 'Removal programme <programme@example.test>',
        PUBLIC_URL: 'http://127.0.0.1:3000',
      }),
    );
    const pool = await services.register();
    await seedProgramme(pool);
    return new Gate(register, services, pool, post, home);
  }

  async close(): Promise<void> {
    await settled(this.services);
    await this.services.close();
    await this.post.close();
    await this.register.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Messages that an address was sent so far, read as its owner reads them. */
  async mailTo(address: string): Promise<Email[]> {
    await settled(this.services);
    const mine = this.post.received.filter(({ to }) => to.includes(address));
    return Promise.all(mine.map(({ raw }) => PostalMime.parse(raw)));
  }

  /** The newest code that an address was sent. */
  async codeOf(address: string): Promise<string> {
    const text = (await this.mailTo(address)).at(-1)?.text ?? '';
    const [code] = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(text) ?? [];
    if (code === undefined) throw new Error(`${address} was sent no code`);
    return code;
  }

  async rows<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, parameters)).rows;
  }

  /** The access log, oldest first, as "who what subject". */
  async log(): Promise<string[]> {
    await settled(this.services);
    const rows = await this.rows<{ line: string }>(
      `SELECT who || ' ' || what || ' ' || subject AS line FROM access_log ORDER BY entry_id`,
    );
    return rows.map(({ line }) => line);
  }

  /** Somebody goes away until the end of 2026, with a deputy. */
  async away(contactId: string, deputy: string | null, from = '2026-11-20', to = '2026-12-31'): Promise<void> {
    await this.pool.query(
      `UPDATE contacts SET deputy_email = $2, away_from = $3, away_to = $4, deputy_refused = NULL WHERE contact_id = $1`,
      [contactId, deputy, deputy === null ? null : from, deputy === null ? null : to],
    );
  }
}
