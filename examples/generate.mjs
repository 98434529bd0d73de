// Writes the synthetic example programme into a folder, with dates relative to a day:
//   node examples/generate.mjs FOLDER [YYYY-MM-DD]
// Everything in it is invented: departments, sites, people, devices. Makers' names and MAC prefixes are real, since screening
// reads them; that a make appears here says nothing about any real site. The same day gives the same files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const DAY = 86_400_000;

/** A small seeded generator (mulberry32), so that the files are the same every time. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const DEPARTMENTS = [
  { id: 'DHP', name: 'Department for Harbours and Piers (synthetic)', mail: 'harbours.example' },
  { id: 'DWM', name: 'Department for Weights and Measures (synthetic)', mail: 'weights.example' },
  { id: 'DLB', name: 'Department for Lights and Buoys (synthetic)', mail: 'lights.example' },
];

const SITES = [
  ['DHP-01', 'Pier House', 'DHP', 'england-and-wales', 'sensitive', 'department', 5],
  ['DHP-02', 'Customs Quay', 'DHP', 'england-and-wales', 'sensitive', 'landlord', 20],
  ['DHP-03', 'Leith Basin Office', 'DHP', 'scotland', 'unassessed', 'department', 10],
  ['DHP-04', 'Ferry Terminal Store', 'DHP', 'northern-ireland', 'not-sensitive', 'department', ''],
  ['DWM-01', 'Standards House', 'DWM', 'england-and-wales', 'sensitive', 'department', 10],
  ['DWM-02', 'Yard Laboratory', 'DWM', 'england-and-wales', 'sensitive', 'department', 5],
  ['DWM-03', 'Ounce Street', 'DWM', 'scotland', 'unassessed', 'landlord', 15],
  ['DWM-04', 'Calibration Depot', 'DWM', 'england-and-wales', 'not-sensitive', 'department', ''],
  ['DLB-01', 'Lantern Court', 'DLB', 'northern-ireland', 'sensitive', 'department', 5],
  ['DLB-02', 'Buoy Yard', 'DLB', 'england-and-wales', 'unassessed', 'department', 5],
  ['DLB-03', 'Foghorn Row', 'DLB', 'scotland', 'sensitive', 'landlord', 25],
  ['DLB-04', 'Chain Store', 'DLB', 'england-and-wales', 'not-sensitive', 'department', ''],
];

/** What the devices are, with how many of each. `mac` is a prefix that the maker really holds. */
const KINDS = [
  { count: 22, make: ['Hikvision', 'HIKVISION', 'Hangzhou Hikvision Digital Technology Co., Ltd.', 'Hik Vision'], model: ['DS-2CD2143G2-I', 'DS-2CD2386G2-IU', 'DS-2DE4425IW-DE'], type: 'IP camera', mac: '4419b6' },
  { count: 18, make: ['Dahua', 'DAHUA', 'Zhejiang Dahua Technology', '大华'], model: ['IPC-HFW2831S', 'IPC-HDW5442TM', 'SD49425XB'], type: 'camera', mac: '3cef8c' },
  { count: 6, make: ['Hikvision'], model: ['DS-7616NI-K2'], type: 'NVR', mac: '4419b6' },
  { count: 4, make: ['Hikvison', 'Hikvsion', 'Dahau'], model: ['4MP dome'], type: 'camera', mac: '' },
  { count: 3, make: ['LTS', 'Annke'], model: ['CMIP7422', 'C500'], type: 'network camera', mac: '4419b6' },
  // Flagged for the brand alone: somebody has to look, and finds that it is the brand's own.
  { count: 3, make: ['Honeywell'], model: ['HC30W45R3'], type: 'network camera', mac: '000a13' },
  { count: 4, make: ['', 'unknown', 'n/a'], model: [''], type: 'camera', mac: '3cef8c' },
  { count: 6, make: ['', 'TBC', '?'], model: [''], type: 'dome', mac: '' },
  { count: 26, make: ['Axis', 'Axis Communications'], model: ['P3245-LVE', 'M3086-V', 'Q6075-E'], type: 'IP camera', mac: 'accc8e' },
  { count: 18, make: ['Hanwha Vision', 'Hanwha Techwin'], model: ['XNV-8080R', 'QNO-8080R'], type: 'camera', mac: '000918' },
  { count: 12, make: ['Mobotix'], model: ['M16B', 'S74'], type: 'camera', mac: '0003c5' },
  { count: 8, make: ['Avigilon'], model: ['2.0C-H5A-D1'], type: 'camera', mac: '001885' },
  { count: 4, make: ['Brackets and Sons (compatible with Hikvision)', 'Dahuaxi Ltd'], model: ['WM-110'], type: 'bracket', mac: '' },
  { count: 6, make: ['Netgear', 'Cisco'], model: ['GS308P', 'C1000-8T'], type: 'network switch', mac: '' },
  { count: 4, make: ['Hikvision'], model: ['DS-1273ZJ-130-TRL'], type: 'wall mount', mac: '' },
];

const NOTATIONS = [
  (mac) => mac.match(/../g).join(':'),
  (mac) => mac.match(/../g).join('-').toUpperCase(),
  (mac) => mac.match(/..../g).join('.'),
  (mac) => mac.toUpperCase(),
  (mac) => mac.match(/../g).join(' '),
];

const csv = (rows) => rows.map((row) => row.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell))).join(',')).join('\r\n') + '\r\n';

/** The files of the programme, by name. @param today YYYY-MM-DD */
export function exampleFiles(today) {
  const random = seeded(20_221_124);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const day = (offset) => new Date(Date.parse(`${today}T00:00:00Z`) + offset * DAY).toISOString().slice(0, 10);

  const sites = [
    ['site_id', 'name', 'department_id', 'nation', 'sensitivity', 'controlled_by', 'access_lead_days', 'department_name'],
    ...SITES.map((site) => [...site, DEPARTMENTS.find(({ id }) => id === site[2]).name]),
  ];

  const contacts = [['department_id', 'role', 'name', 'email']];
  const names = ['Alex Ash', 'Bo Birch', 'Cam Cedar', 'Dee Dogwood', 'Ellis Elm', 'Fran Fir', 'Gale Gorse', 'Hari Hazel', 'Iris Ivy'];
  DEPARTMENTS.forEach(({ id, mail }, index) => {
    ['task-owner', 'security-officer', 'head'].forEach((role, place) => {
      const name = names[index * 3 + place];
      contacts.push([id, role, name, `${name.toLowerCase().replace(' ', '.')}@${mail}`]);
    });
  });
  contacts.push(['', 'programme-manager', 'Pat Maple', 'pat.maple@programme.example'], ['', 'sro', 'Sam Oak', 'sam.oak@programme.example']);

  const devices = [];
  const serials = new Set();
  let number = 0;
  for (const kind of KINDS) {
    for (let i = 0; i < kind.count; i += 1) {
      number += 1;
      const site = SITES[(number * 7) % SITES.length];
      const serial = `SYN${String(100_000 + Math.floor(random() * 900_000))}`;
      if (serials.has(serial)) throw new Error('Two devices with one serial number: choose another seed.');
      serials.add(serial);
      const mac = kind.mac === '' ? '' : pick(NOTATIONS)(kind.mac + number.toString(16).padStart(6, '0'));
      const network = pick(['core', 'core', 'core', 'segregated', 'unknown']);
      const installed = day(-400 - Math.floor(random() * 2000));
      const upgrade = random() < 0.6 ? day(200 + Math.floor(random() * 700)) : '';
      devices.push([
        `${site[2]}-CAM-${String(number).padStart(4, '0')}`, pick(kind.make), pick(kind.model), serial, mac,
        `10.${20 + SITES.indexOf(site)}.0.${10 + (number % 200)}`, site[0], kind.type, network, '', installed, upgrade,
      ]);
    }
  }
  // A recorder and the four cameras behind its own switch.
  const recorder = ['DWM-NVR-9000', 'Hikvision', 'DS-7716NI-K4', 'SYN900000', NOTATIONS[0]('4419b6f00000'), '10.24.0.250', 'DWM-01', 'recorder', 'core', '', day(-900), ''];
  const behind = [1, 2, 3, 4].map((i) => [`DWM-CAM-900${i}`, 'Hikvision', 'DS-2CD2143G2-I', `SYN90000${i}`, '', '', 'DWM-01', 'camera', 'isolated', 'DWM-NVR-9000', day(-900), '']);
  // Two lines as they come: a date that can be read in two ways, and a site that nobody has told us of.
  const wrong = [
    ['DHP-CAM-9101', 'Hikvision', 'DS-2CD2143G2-I', 'SYN910100', '', '10.20.0.91', 'DHP-01', 'camera', 'core', '', '03/04/2021', ''],
    ['DLB-CAM-9102', 'Axis', 'M3086-V', 'SYN910200', '', '10.28.0.92', 'DLB-99', 'camera', 'core', '', day(-500), ''],
  ];
  const header = ['asset_id', 'make', 'model', 'serial', 'mac', 'ip', 'site_id', 'device_type', 'network', 'parent_asset_id', 'installed_on', 'scheduled_upgrade_on'];

  const shipped = readFileSync(join(here, '..', 'policy', 'uk-2022-visual-surveillance.yaml'), 'utf8');
  const replace = (text, pattern, by) => {
    if (!pattern.test(text)) throw new Error(`The shipped policy has no line like ${pattern}.`);
    return text.replace(pattern, by);
  };
  let policy = replace(shipped, /^id: .*$/m, 'id: synthetic-example');
  policy = replace(policy, /^version: .*$/m, `version: 'example-${today}'`);
  policy = replace(policy, /^title: .*$/m, 'title: Synthetic example programme (every department, site and person is invented)');
  policy = replace(policy, /^(  sensitive: \{ scope: in, removalDate: )[\d-]+/m, `$1${day(150)}`);
  policy = replace(policy, /^(  unassessed: \{ scope: in, removalDate: )[\d-]+/m, `$1${day(-30)}`);

  return {
    'policy.yaml': `# SYNTHETIC: made by examples/generate.mjs from the shipped policy, with dates relative to ${today}.\n${policy}`,
    'sites.csv': csv(sites),
    'contacts.csv': csv(contacts),
    'devices.csv': csv([header, ...devices, recorder, ...behind, ...wrong]),
  };
}

/** Writes the files. @returns their paths by name */
export function writeExample(folder, today) {
  mkdirSync(folder, { recursive: true });
  const files = exampleFiles(today);
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return [name, path];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, today = new Date().toISOString().slice(0, 10)] = process.argv.slice(2);
  if (folder === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(today)) {
    console.error('usage: node examples/generate.mjs FOLDER [YYYY-MM-DD]');
    process.exit(2);
  }
  for (const path of Object.values(writeExample(folder, today))) console.log(path);
}
