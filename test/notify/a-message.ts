import { calendarFor } from '../support/calendars';
import { type MailCase, type MailRow, type MailSetting, type Recipient } from '../../notify/rows';

/** A Monday morning. */
export const NOW = '2026-11-23T09:00:00.000Z';

export const SETTING: MailSetting = {
  programmeTitle: 'Removal of visual surveillance equipment',
  zone: 'Europe/London',
  daysIn: (nation) => calendarFor(nation),
  revealAssets: false,
  revealSites: false,
  revealMakes: false,
  publicUrl: 'https://clearsite.example.org',
  from: 'Removal programme <clearsite@example.org>',
};

export const JO: Recipient = { name: 'Jo Okafor', address: 'jo@example.org', standsInFor: null };

export function aCase(number: number, changes: Partial<MailCase> = {}): MailCase {
  return {
    caseId: `k_${String(number).padStart(32, '0')}`,
    assetId: `MOD-WHITEHALL-CAM-${number}`,
    make: 'Hikvision',
    model: 'DS-2CD2143',
    finding: 'covered',
    siteId: 'S-1',
    siteName: 'Old Admiralty Building',
    site: 'assessed',
    nation: 'england-and-wales',
    departmentId: 'D-1',
    departmentName: 'Department of Works',
    owner: null,
    proposal: 'none',
    ...changes,
  };
}

/** A task row: of the task owner, for the assess stage, due Friday 4 December, unless said otherwise. */
export function aRow(number: number, changes: Partial<MailRow> = {}): MailRow {
  const task = aCase(number);
  return {
    key: `${task.caseId}/assess/task/1/c_jo`,
    kind: 'task',
    contactId: 'c_jo',
    role: 'task-owner',
    departmentId: 'D-1',
    stage: 'assess',
    due: '2026-12-04T17:00:00.000Z',
    case: task,
    alsoTold: [],
    unreachable: null,
    news: null,
    ...changes,
  };
}

/** So many rows of one sort. */
export function rows(number: number, changes: Partial<MailRow> = {}): MailRow[] {
  return Array.from({ length: number }, (_, index) => aRow(index + 1, changes));
}
