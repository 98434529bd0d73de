import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Makes with how many of a hundred devices have them, the first half of their MAC addresses, and what screening says. */
const MIX = [
  ['Hikvision', 10, '44:19:b6'],
  ['Dahua Technology', 5, '3c:ef:8c'],
  ['Honeywell', 4, '00:40:84'],
  ['Axis Communications', 30, '00:40:8c'],
  ['Bosch', 12, '00:07:5f'],
  ['Hanwha Vision', 15, '00:09:18'],
  ['Avigilon', 12, '00:18:85'],
  ['Canon', 9, '00:1e:8f'],
  ['', 3, ''],
] as const;

export const SITES = 500;
const NETWORKS = ['core', 'segregated', 'isolated', 'unknown'];
const HEADER =
  'asset_id,make,model,serial,mac,ip,site_id,device_type,network,parent_asset_id,installed_on,scheduled_upgrade_on\n';

export const siteId = (index: number): string => `SITE-${String(index).padStart(4, '0')}`;

/** Sites of 40 departments: two thirds in scope. */
export function sitesFile(sites = SITES): string {
  const classes = ['sensitive', 'unassessed', 'not-sensitive'];
  const lines = Array.from(
    { length: sites },
    (_, i) => `${siteId(i)},Site ${i},D-${i % 40},england-and-wales,${classes[i % 3] ?? ''}\n`,
  );
  return `site_id,name,department_id,nation,sensitivity\n${lines.join('')}`;
}

/** Writes an inventory: the same rows for the same count, in the register's own words, so that it can be copied as it is. */
export async function writeInventory(path: string, rows: number, sites = SITES): Promise<void> {
  const table = MIX.flatMap((make) => Array.from({ length: make[1] }, () => make));
  let seed = 12_345;
  const chance = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const padded = (value: number, length: number): string => String(value).padStart(length, '0');
  const byte = (value: number): string => (value & 255).toString(16).padStart(2, '0');
  const out = createWriteStream(path);
  let text = HEADER;
  for (let i = 0; i < rows; i += 1) {
    const [make, , oui] = table[chance(100)] ?? MIX[0];
    const mac = oui === '' ? '' : `${oui}:${byte(i >> 16)}:${byte(i >> 8)}:${byte(i)}`;
    const parent = i % 32 === 0 ? '' : `CAM-${padded(i - (i % 32), 7)}`;
    const site = siteId(Math.floor((i * sites) / rows));
    const ip = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    text += `CAM-${padded(i, 7)},${make},M-${chance(300)},SN${padded(i * 31, 10)},${mac},${ip},${site},camera,${NETWORKS[chance(4)] ?? ''},${parent},20${padded(10 + chance(15), 2)}-0${1 + chance(9)}-1${chance(10)},2027-1${chance(3)}-0${1 + chance(9)}\n`;
    if (text.length > 1_000_000) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await once(out, 'finish');
}

/** The makes of the inventory, each with a MAC address of its devices. */
export const MAKES = MIX.map(([make, , oui]) => ({ make, mac: oui === '' ? '' : `${oui}:00:00:01` }));
