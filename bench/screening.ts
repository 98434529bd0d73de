import { cpus } from 'node:os';
import { join } from 'node:path';
import { ieeeRegistry } from '../app/oui-registry';
import { readPolicyFile } from '../app/policy-file';
import { parseMac } from '../domain/mac';
import { createScreener } from '../domain/screening/screener';
import { type ScreenedDevice } from '../domain/screening/screening';

/**
 * Screening speed on one core, in rows a second: `npm run build && node dist/bench/screening.js [rows]`.
 * Typical rows repeat some hundred makes and models and have a MAC of their own; in the worst case no two makes are alike.
 */
const ROWS = Number(process.argv[2] ?? 1_000_000);
const MAKES = [
  'Hikvision',
  'HIKVISION',
  'Dahua',
  'Dahua Technology',
  'Axis',
  'Axis Communications AB',
  'Hanwha Vision',
  'Bosch',
  'Honeywell',
];
const MORE_MAKES = [
  'Hikvison',
  'Sony',
  'Vivotek',
  'Mobotix',
  'Pelco',
  'Avigilon',
  'Unknown',
  '',
  'n/a',
  'Milestone',
  'Acme (for Hikvision)',
];
const OUIS = [
  '44:19:b6',
  'c0:56:e3',
  '3c:ef:8c',
  '00:40:8c',
  'ac:cc:8e',
  '00:09:18',
  '00:16:6c',
  'b8:a4:4f',
  '70:b3:d5',
  'e4:30:22',
];

/** A small generator with a fixed seed, so that two runs screen the same rows. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

function pick(values: readonly string[], index: number): string {
  return values[index % values.length] ?? '';
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function* rows(kind: 'typical' | 'worst'): Generator<{ readonly device: ScreenedDevice; readonly mac: string }> {
  const next = numbers(20_221_124);
  const makes = [...MAKES, ...MORE_MAKES];
  for (let row = 0; row < ROWS; row++) {
    const make = kind === 'typical' ? pick(makes, next(97)) : `Maker ${row.toString(36)} Imaging`;
    const model = kind === 'typical' ? `Model ${make.length}-${2000 + next(25)}G0-I` : `M-${row}-${next(1_000_000)}`;
    const mac = `${pick(OUIS, next(31))}:${hex(next(256))}:${hex(next(256))}:${hex(next(256))}`;
    yield { device: { make, model, mac: null, deviceType: next(5) === 0 ? null : 'IP camera' }, mac };
  }
}

function* batches<Row>(all: Iterable<Row>): Generator<readonly Row[]> {
  let batch: Row[] = [];
  for (const row of all) {
    batch.push(row);
    if (batch.length < 10_000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function main(): Promise<void> {
  const policy = await readPolicyFile(join(__dirname, '..', '..', 'policy', 'uk-2022-visual-surveillance.yaml'));
  console.log(`${ROWS} rows, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
  for (const kind of ['typical', 'worst'] as const) {
    const screen = createScreener(policy, ieeeRegistry);
    screen({ make: null, model: null, mac: '00:40:8c:00:00:01', deviceType: null });
    const counts = { covered: 0, suspect: 0, clear: 0, 'unknown-make': 0 };
    let seconds = 0;
    let cpuSeconds = 0;
    // In batches, as an import reads them: only screening is timed, not the making of rows.
    for (const batch of batches(rows(kind))) {
      const before = process.hrtime.bigint();
      const cpuBefore = process.cpuUsage();
      for (const { device, mac } of batch) counts[screen({ ...device, mac: parseMac(mac) }).result] += 1;
      seconds += Number(process.hrtime.bigint() - before) / 1e9;
      // On a busy machine the wall clock measures the neighbours too.
      const cpu = process.cpuUsage(cpuBefore);
      cpuSeconds += (cpu.user + cpu.system) / 1e6;
    }
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(
      `${kind}: ${Math.round(ROWS / seconds)} rows/s, ${Math.round(ROWS / cpuSeconds)} rows per CPU second, ${memory} MiB RSS`,
    );
    console.log(`  ${JSON.stringify(counts)}`);
  }
}

void main();
