/** What can be imported. */
export const KINDS = ['devices', 'sites', 'contacts'] as const;
export type Kind = (typeof KINDS)[number];

/** Header names that each field is known by, besides its own; case, spacing and punctuation do not count. */
export const DEVICE_COLUMNS = {
  asset_id: [
    'asset',
    'asset tag',
    'asset number',
    'asset no',
    'asset ref',
    'asset reference',
    'tag',
    'device id',
    'camera id',
    'equipment id',
  ],
  make: ['manufacturer', 'manufacturer name', 'vendor', 'brand', 'maker', 'mfr'],
  model: ['model number', 'model no', 'model name'],
  serial: ['serial number', 'serial no', 'serial num', 'sn'],
  mac: ['mac address', 'mac addr', 'ethernet address', 'physical address', 'hardware address'],
  ip: ['ip address', 'ip addr', 'ipv4', 'ipv4 address', 'management ip'],
  site_id: [
    'site',
    'site code',
    'site ref',
    'site reference',
    'location id',
    'location code',
    'building id',
    'building code',
  ],
  device_type: ['type', 'equipment type', 'asset type', 'category'],
  network: ['network type', 'network zone', 'network segment'],
  parent_asset_id: [
    'parent',
    'parent asset',
    'recorder',
    'recorder id',
    'recorder asset id',
    'nvr',
    'nvr id',
    'connected to',
  ],
  installed_on: ['installed', 'install date', 'installed date', 'installation date', 'date installed'],
  scheduled_upgrade_on: [
    'scheduled upgrade',
    'scheduled upgrade date',
    'upgrade date',
    'next upgrade',
    'planned upgrade',
    'planned replacement',
    'replacement date',
  ],
} as const;

export const SITE_COLUMNS = {
  site_id: [
    'site',
    'site code',
    'site ref',
    'site reference',
    'location id',
    'location code',
    'building id',
    'building code',
  ],
  name: ['site name', 'building', 'building name', 'location', 'location name'],
  department_id: ['department', 'dept', 'dept id', 'department code', 'dept code', 'owner department'],
  department_name: ['dept name', 'department title'],
  nation: ['country', 'region'],
  sensitivity: ['sensitive', 'site sensitivity', 'class', 'site class'],
  controlled_by: ['controlled', 'controller', 'landlord', 'managed by'],
  access_lead_days: ['access lead', 'access notice', 'access notice days', 'notice days', 'lead days'],
} as const;

export const CONTACT_COLUMNS = {
  department_id: ['department', 'dept', 'dept id', 'department code', 'dept code'],
  role: ['post', 'contact role', 'responsibility'],
  name: ['full name', 'contact', 'contact name', 'person'],
  email: ['e mail', 'email address', 'e mail address', 'mail', 'contact email'],
  site_id: ['site', 'site code', 'site ref', 'site reference'],
  nation: ['country', 'region'],
  deputy_email: ['deputy', 'deputy e mail', 'deputy email address'],
  away_from: ['absent from', 'leave from'],
  away_to: ['absent to', 'away until', 'absent until', 'leave to'],
} as const;

export const COLUMNS = { devices: DEVICE_COLUMNS, sites: SITE_COLUMNS, contacts: CONTACT_COLUMNS } as const;
export type Field<K extends Kind> = Extract<keyof (typeof COLUMNS)[K], string>;
