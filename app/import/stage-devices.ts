import { type Screener } from '../../domain/screening/screening';
import { type DeviceLine } from '../../importers/devices';
import { damageProblem } from '../../importers/line';
import { type LineProblem } from '../../importers/problem';
import { type RawBatch, type RawTable } from '../../importers/raw';
import { stagedDevice, stagedRefusal, type StagingWriter, type VerdictBook } from '../../register/import-staging';

/** A record as it was read: a device, or what is wrong with it. */
export function readRecord(batch: RawBatch, index: number, read: (cells: readonly string[]) => DeviceLine): DeviceLine {
  const cells = batch.records[index] ?? [];
  const damage = batch.damaged.find((one) => one.index === index);
  if (damage === undefined) return read(cells);
  const problems: LineProblem[] = [damageProblem(damage.code, cells)];
  return { ok: false, assetId: null, problems };
}

export interface StageInput {
  readonly table: RawTable;
  readonly read: (cells: readonly string[]) => DeviceLine;
  readonly screen: Screener;
  readonly staging: StagingWriter;
  readonly verdicts: VerdictBook;
  readonly onBytes: (bytesRead: number) => void;
}

export interface StageCounts {
  readonly read: number;
  /** Lines with something wrong in themselves. */
  readonly refused: number;
}

/** Reads, normalises and screens every line and sends it to the staging table, a batch at a time. */
export async function stageDevices({
  table,
  read,
  screen,
  staging,
  verdicts,
  onBytes,
}: StageInput): Promise<StageCounts> {
  let [lines, refused] = [0, 0];
  for await (const batch of table.batches()) {
    let rows = '';
    for (let index = 0; index < batch.records.length; index += 1) {
      const line = batch.lines[index] ?? 0;
      const result = batch.damaged.length === 0 ? read(batch.records[index] ?? []) : readRecord(batch, index, read);
      if (result.ok) {
        rows += stagedDevice(line, result.device, verdicts.number(screen(result.device)));
      } else {
        refused += 1;
        if (result.assetId !== null) rows += stagedRefusal(line, result.assetId);
      }
    }
    lines += batch.records.length;
    await verdicts.flush();
    if (rows !== '') await staging.write(rows);
    onBytes(batch.bytesRead);
  }
  return { read: lines, refused };
}
