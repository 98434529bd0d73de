import { once } from 'node:events';
import { type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type DeviceRecord } from '../domain/records';
import { type Screening } from '../domain/screening/screening';

const NULL = '\\N';
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in COPY's text format. */
function cell(value: string | null): string {
  if (value === null) return NULL;
  return SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : value;
}

/** A good line in COPY's text format. */
export function stagedDevice(line: number, device: DeviceRecord, verdict: number): string {
  return `${line}\t${cell(device.assetId)}\t${cell(device.make)}\t${cell(device.model)}\t${cell(device.serial)}\t${device.mac ?? NULL}\t${device.ip ?? NULL}\t${cell(device.siteId)}\t${cell(device.deviceType)}\t${device.network}\t${cell(device.parentAssetId)}\t${device.installedOn ?? NULL}\t${device.scheduledUpgradeOn ?? NULL}\t${verdict}\t${NULL}\n`;
}

/** A refused line in COPY's text format: only so that its device does not count as missing. */
export function stagedRefusal(line: number, assetId: string): string {
  return `${line}\t${cell(assetId)}${`\t${NULL}`.repeat(12)}\trefused\n`;
}

const COPY = `
  COPY device_staging (line, asset_id, make, model, serial, mac, ip, site_id, device_type, network, parent_asset_id,
    installed_on, scheduled_upgrade_on, verdict, reject) FROM STDIN`;

/** Rows on their way into the staging table; the writer waits while PostgreSQL is behind. */
export interface StagingWriter {
  /** @param rows whole rows in COPY's text format */
  write(rows: string): Promise<void>;
  finish(): Promise<void>;
  /** Gives up: nothing of what was written stays. */
  abort(cause: Error): Promise<void>;
}

/** Empties the staging tables; what a killed import left goes too. */
export async function emptyStaging(client: PoolClient): Promise<void> {
  await client.query('TRUNCATE device_staging, verdict_staging');
}

/** Begins to stage rows. Until {@link StagingWriter.finish} the connection does nothing else. */
export function openStaging(client: PoolClient): StagingWriter {
  const stream = client.query(copyFrom(COPY));
  let failure: Error | null = null;
  stream.on('error', (error: Error) => {
    failure ??= error;
  });
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    async write(rows) {
      check();
      if (!stream.write(rows)) await once(stream, 'drain');
      check();
    },
    async finish() {
      check();
      stream.end();
      await once(stream, 'finish');
      check();
    },
    async abort(cause) {
      if (failure !== null || stream.writableFinished) return;
      const closed = once(stream, 'close').catch(() => undefined);
      stream.destroy(cause);
      await closed;
    },
  };
}

const ADD_VERDICTS = `
  INSERT INTO verdict_staging (verdict, screening, reasons, type_in_scope)
  SELECT v.verdict, v.screening, v.reasons, v.type_in_scope
  FROM jsonb_to_recordset($1::jsonb) AS v (verdict int, screening text, reasons jsonb, type_in_scope boolean)`;

/** Screening answers numbered as they come, each kept once. */
export class VerdictBook {
  private readonly numbers = new WeakMap<Screening, number>();
  private waiting: { verdict: number; screening: string; reasons: Screening['reasons']; type_in_scope: boolean }[] = [];
  private last = 0;

  /** @param side a connection other than the one that COPY holds */
  constructor(private readonly side: PoolClient) {}

  /** The number of an answer; the screener gives the same object for devices that read alike. */
  number(screening: Screening): number {
    const known = this.numbers.get(screening);
    if (known !== undefined) return known;
    this.last += 1;
    this.numbers.set(screening, this.last);
    const { result, reasons, typeInScope } = screening;
    this.waiting.push({ verdict: this.last, screening: result, reasons, type_in_scope: typeInScope });
    return this.last;
  }

  /** Writes the answers that are new. Called between batches, so that few wait. */
  async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const rows = this.waiting;
    this.waiting = [];
    await this.side.query(ADD_VERDICTS, [JSON.stringify(rows)]);
  }
}
