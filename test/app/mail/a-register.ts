import { Pool } from 'pg';
import { type Services } from '../../../app/services';
import { type Role, type WorkStage } from '../../../domain/vocabulary';
import { loadConfig } from '../../../platform/config';
import { startRegister, type TestRegister } from '../../support/stack';
import { PEOPLE, seedDevice, seedProgramme } from '../../support/a-programme';

/** A Monday morning in working hours, when the programmes of these tests have started. */
export const STARTED = '2026-11-23T09:00:00.000Z';
/** When rows were written unless a test says otherwise: on the Friday before, so that all of them are due on that Monday. */
export const WRITTEN = '2026-11-20T12:00:00.000Z';
/** The Friday of next week. */
export const DUE = '2026-12-04T17:00:00.000Z';

export interface SeedRow {
  readonly contact: string;
  readonly kind?: string;
  readonly stage?: WorkStage | null;
  readonly due?: string | null;
  readonly notBefore?: string;
  readonly about?: string;
  /** @default {@link WRITTEN} */
  readonly writtenAt?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A register with the seeded programme, and what mail needs of the services. */
export class MailRegister {
  #rows = 0;

  private constructor(
    readonly pool: Pool,
    private readonly register: TestRegister,
    readonly programmeId: string,
    private readonly policy: Awaited<ReturnType<typeof seedProgramme>>,
  ) {}

  /** @param given a register to use. @default one of its own */
  static async start(startedAt: string | null = STARTED, given: TestRegister | null = null): Promise<MailRegister> {
    const register = given ?? (await startRegister());
    const pool = new Pool({ connectionString: register.databaseUrl });
    const policy = await seedProgramme(pool, { startedAt });
    return new MailRegister(pool, register, policy.id, policy);
  }

  get databaseUrl(): string {
    return this.register.databaseUrl;
  }

  environment(smtpUrl: string): Record<string, string> {
    return {
      DATABASE_URL: this.register.databaseUrl,
      SMTP_URL: smtpUrl,
      MAIL_FROM: 'Removal programme <clearsite@programme.example>',
      PUBLIC_URL: 'https://clearsite.programme.example',
      CLEARSITE_HOME: '/nonexistent/clearsite-tests',
    };
  }

  services(smtpUrl: string): Services {
    return {
      config: loadConfig(this.environment(smtpUrl)),
      register: () => Promise.resolve(this.pool),
      temporal: () => Promise.reject(new Error('mail needs no Temporal')),
      close: () => Promise.resolve(),
    };
  }

  /** A person of the programme. @returns the contact id */
  async person(
    contactId: string,
    email: string,
    role: Role = 'task-owner',
    changes: { readonly department?: string | null; readonly name?: string; readonly nation?: string } = {},
  ): Promise<string> {
    const { department = 'D-AG', name = `Name of ${contactId}`, nation = null } = changes;
    await this.pool.query(
      `INSERT INTO contacts (contact_id, department_id, role, name, email, nation) VALUES ($1, $2, $3, $4, $5, $6)`,
      [contactId, department, role, name, email, nation],
    );
    return contactId;
  }

  /** So many task owners of one department, until the register is cleared. @returns their contact ids */
  async people(count: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `INSERT INTO contacts (contact_id, department_id, role, name, email)
       SELECT 'c_many' || n, 'D-HS', 'task-owner', 'Person ' || n, 'person' || n || '@hs.example' FROM generate_series(1, $1) n
       RETURNING contact_id AS id`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  /** No Monday summary is sent, whatever the clock says: the newest is of a week far away. */
  async withoutMondays(): Promise<void> {
    await this.pool.query(
      `INSERT INTO programme_digests (programme_id, week, taken_at, figures) VALUES ($1, '2999-01-07', '2999-01-07', '{}')`,
      [this.programmeId],
    );
  }

  /** An open case. @returns its id */
  async openCase(assetId: string): Promise<string> {
    const caseId = await seedDevice(this.pool, this.policy, { assetId });
    await this.pool.query(`UPDATE cases SET status = 'open', opened_at = now() WHERE case_id = $1`, [caseId]);
    return caseId;
  }

  /** An outbox row as `record` writes it. @returns its key */
  async row(caseId: string | null, row: SeedRow): Promise<string> {
    const { contact, kind = 'task', stage, due, notBefore, about, writtenAt = WRITTEN, payload = {} } = row;
    const key = `${caseId ?? 'none'}/${stage ?? 'assess'}/${kind}/${(this.#rows += 1)}/${contact}`;
    await this.pool.query(
      `INSERT INTO outbox (key, programme_id, case_id, contact_id, kind, stage, due_at, payload, not_before, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        key,
        this.programmeId,
        caseId,
        contact,
        kind,
        stage === undefined ? 'assess' : stage,
        due === undefined ? DUE : due,
        about === undefined ? payload : { contactId: about, reason: 'because' },
        notBefore ?? null,
        writtenAt,
      ],
    );
    return key;
  }

  /** Outbox states by contact id, in the order in which the rows were written. */
  async states(): Promise<string[]> {
    const { rows } = await this.pool.query<{ line: string }>(
      `SELECT contact_id || ' ' || kind || ' ' || state AS line FROM outbox ORDER BY outbox_id`,
    );
    return rows.map(({ line }) => line);
  }

  async messages(): Promise<
    { messageId: string; address: string; state: string; attempts: number; lastError: string | null }[]
  > {
    const { rows } = await this.pool.query(
      `SELECT message_id AS "messageId", address, state, attempts, last_error AS "lastError" FROM messages ORDER BY created_at, address`,
    );
    return rows as Awaited<ReturnType<MailRegister['messages']>>;
  }

  async clear(): Promise<void> {
    await this.pool.query(`TRUNCATE outbox, messages, mail_holds, register_log, cases, devices CASCADE`);
    await this.pool.query(`DELETE FROM contacts WHERE contact_id <> ALL($1)`, [
      Object.values(PEOPLE).map(({ id }) => id),
    ]);
    await this.pool.query(
      `UPDATE contacts SET left_at = NULL, refused_at = NULL, refused_reason = NULL, deputy_email = NULL,
         deputy_refused = NULL, away_from = NULL, away_to = NULL`,
    );
    await this.pool.query(`UPDATE programmes SET mail_held = false`);
  }

  async stop(): Promise<void> {
    await this.pool.end();
    await this.register.stop();
  }
}

/** A clock that stands still until it is put forward. */
export class StoppedClock {
  #now: number;

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  readonly read = (): string => new Date(this.#now).toISOString();

  forward(minutes: number): void {
    this.#now += minutes * 60_000;
  }

  set(now: string): void {
    this.#now = Date.parse(now);
  }
}
