import { type DeviceRecord } from '../domain/records';
import { type ColumnPlan } from './columns';
import { date } from './dates';
import { LineReader } from './line';
import { CellProblem, type LineProblem } from './problem';
import { identifier, ip, mac, MAX_ID, remembering, required, serial, text } from './values';
import { network } from './words';

/** What device lines are checked against besides their own words. */
export interface DeviceContext {
  /** Department by site id, of every site in the register. */
  readonly departmentOf: ReadonlyMap<string, string>;
  /** Refuses other departments' devices; null = takes all. */
  readonly department: string | null;
  /** Goes before every asset id and parent asset id; may be empty. */
  readonly assetPrefix: string;
}

/** A line that was read. */
export type DeviceLine =
  | { readonly ok: true; readonly device: DeviceRecord }
  | { readonly ok: false; readonly assetId: string | null; readonly problems: readonly LineProblem[] };

const OWN_PARENT = new CellProblem(
  'own-parent',
  'The device is named as its own recorder.',
  'Name the recorder, or leave it blank.',
);
const PREFIXED_TOO_LONG = new CellProblem(
  'too-long',
  `With its prefix it is longer than ${MAX_ID} characters.`,
  'Choose a shorter --asset-prefix.',
);

/** Says so, and names the site that differs only in case. */
function unknownSiteProblem(departmentOf: ReadonlyMap<string, string>): (site: string) => CellProblem {
  let byLower: ReadonlyMap<string, string> | null = null;
  return (site) => {
    byLower ??= new Map([...departmentOf.keys()].map((known) => [known.toLowerCase(), known]));
    const near = byLower.get(site.toLowerCase());
    return new CellProblem(
      'unknown-site',
      'No site of this id is known.',
      near === undefined
        ? 'Import the sites first (--kind sites), or correct the id.'
        : `Correct it: there is a site ${near}.`,
    );
  };
}

function otherDepartment(department: string, expected: string): CellProblem {
  return new CellProblem(
    'other-department',
    `The site belongs to department ${department}, not ${expected}.`,
    'Leave the line out, or import it without --department.',
  );
}

/**
 * Reads device lines. Values are trimmed and composed; a MAC is lower-case with colons; a blank network is `unknown`.
 * @returns a function of one record's cells
 */
export function deviceReader(
  plan: ColumnPlan<'devices'>,
  { departmentOf, department, assetPrefix }: DeviceContext,
): (cells: readonly string[]) => DeviceLine {
  const line = new LineReader(plan);
  const assetId = line.field('asset_id', required(identifier));
  const make = line.field('make', remembering(text(200)));
  const model = line.field('model', remembering(text(200)));
  const serialNumber = line.field('serial', serial);
  const macAddress = line.field('mac', mac);
  const ipAddress = line.field('ip', ip);
  const siteId = line.field('site_id', remembering(required(identifier)));
  const deviceType = line.field('device_type', remembering(text(100)));
  const connection = line.field('network', remembering(network));
  const parent = line.field('parent_asset_id', remembering(identifier));
  const installed = line.field('installed_on', remembering(date));
  const upgrade = line.field('scheduled_upgrade_on', remembering(date));

  const unknownSite = unknownSiteProblem(departmentOf);
  const place = (site: string): void => {
    const owner = departmentOf.get(site);
    if (owner === undefined) line.refuse('site_id', unknownSite(site));
    else if (department !== null && owner !== department) line.refuse('site_id', otherDepartment(owner, department));
  };

  return (cells) => {
    line.next(cells);
    const asset = assetId();
    const site = siteId();
    const parentAsset = parent();
    const id = asset === null || assetPrefix === '' ? asset : `${assetPrefix}${asset}`;
    const device = {
      assetId: id ?? '',
      make: make(),
      model: model(),
      serial: serialNumber(),
      mac: macAddress(),
      ip: ipAddress(),
      siteId: site ?? '',
      deviceType: deviceType(),
      network: connection() ?? 'unknown',
      parentAssetId: parentAsset === null || assetPrefix === '' ? parentAsset : `${assetPrefix}${parentAsset}`,
      installedOn: installed(),
      scheduledUpgradeOn: upgrade(),
    } as const;
    if (site !== null) place(site);
    if (id !== null && id.length > MAX_ID) line.refuse('asset_id', PREFIXED_TOO_LONG);
    if (asset !== null && asset === parentAsset) line.refuse('parent_asset_id', OWN_PARENT);
    const problems = line.verdict();
    return problems === null ? { ok: true, device } : { ok: false, assetId: id, problems };
  };
}
