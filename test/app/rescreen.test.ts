import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyPolicyFile, type AppliedFile } from '../../app/policies';
import { parsePolicy, policyDigest } from '../../app/policy-file';
import { reconcile } from '../../app/reconcile';
import { finishRescreeningLocked, type RescreenProgress } from '../../app/rescreen';
import { openServices, type Services } from '../../app/services';
import { loadConfig } from '../../platform/config';
import { withImportLock } from '../../register/import-runs';
import { applyPolicy } from '../../register/policies';
import { edited, UK_TEXT } from '../support/policies';
import { startStack } from '../support/stack';
import { until } from '../support/until';
import { Inventory, NOBODY } from './import/inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(() => inventory.reset());

/** One of each result; S-1 is sensitive, S-2 not assessed, S-3 out of scope. */
const DEVICES = `asset_id,make,model,mac,site_id,device_type
HIK,Hikvision,DS-2CD2143,,S-1,camera
DAH,Dahua,,,S-2,camera
HON,Honeywell,HC30,,S-1,camera
NOMAKE,,,,S-2,camera
AXIS,Axis Communications,P3245,,S-1,camera
ACME,Acme Vision,A1,,S-1,camera
STORE,Hikvision,,,S-3,camera
LENS,Hikvision,,,S-1,lens
`;

const RAISED = edited(UK_TEXT, "version: '2026.1'", "version: '2026.2'");
/** The shipped policy as version 2026.2, with these pieces replaced. */
const changed = (...edits: readonly (readonly [string, string])[]): string =>
  edits.reduce((text, [piece, replacement]) => edited(text, piece, replacement), RAISED);

const ACME_LISTED = [
  '# Reported to sell',
  '  - { id: acme, name: Acme, aliases: [Acme Vision], source: programme, date: 2026-12-01, confidence: high }\n\n# Reported to sell',
] as const;
const HONEYWELL =
  '  - { brand: Honeywell, vendor: dahua, source: sellers-list, date: 2026-11-23, confidence: medium }\n';
const HONEYWELL_DROPPED = [HONEYWELL, ''] as const;
const STORES_IN = ['not-sensitive: { scope: out', 'not-sensitive: { scope: in'] as const;
/** Dates, budgets, the ladder, the title and a source's words: nothing that says what a device is. */
const NOTHING_THAT_SCREENS = [
  ['removalDate: 2025-04-30, source: timeline', 'removalDate: 2025-05-31, source: timeline'],
  ['assess: 20', 'assess: 25'],
  ['    - { days: 3, to: [head] }\n', ''],
  ['title: Visual', 'title: All visual'],
  ["sellers-list: Sellers' and trade lists", 'sellers-list: Lists'],
] as const;

const apply = (text: string, onProgress?: (progress: RescreenProgress) => void): Promise<AppliedFile> =>
  applyPolicyFile(inventory.services, NOBODY, inventory.write(text, 'policy.yaml'), onProgress);

/** Leaves the register as a process does that dies as soon as the policy is in force. */
async function applyAndDie(text: string): Promise<void> {
  const policy = parsePolicy(text, 'policy.yaml');
  await withImportLock(
    inventory.pool,
    () => undefined,
    (client) => applyPolicy(client, policy, policyDigest(policy), 'ops:test'),
  );
}

const verdicts = () =>
  inventory.rows<{ asset_id: string; screening: string; in_scope: boolean; policy_version: string }>(
    `SELECT asset_id, screening, in_scope, policy_version FROM devices ORDER BY asset_id`,
  );
const cases = () =>
  inventory.rows<{ asset_id: string; spell: number; finding: string; status: string; policy_version: string }>(
    `SELECT asset_id, spell, finding, status, policy_version FROM cases ORDER BY asset_id, spell`,
  );
const versions = async () => [...new Set((await verdicts()).map(({ policy_version }) => policy_version))];
const logged = () =>
  inventory.rows<{ actor: string; details: Record<string, unknown> }>(
    `SELECT actor, details FROM register_log WHERE action = 'devices-rescreened' ORDER BY log_id`,
  );
/** Everything but the log and the policies, to be compared whole. */
const state = () =>
  inventory.rows(`
    SELECT (SELECT jsonb_agg(to_jsonb(d) ORDER BY d.asset_id) FROM devices d) AS devices,
      (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.case_id) FROM cases c) AS cases`);

describe('a policy that judges devices differently', () => {
  test('a vendor that is added: its devices become covered, their cases are asked for, the figures say so', async () => {
    await inventory.import(DEVICES);
    const { rescreened } = await apply(changed(ACME_LISTED));
    expect(rescreened).toEqual({
      devices: 8,
      changed: 1,
      before: { covered: 4, suspect: 1, clear: 2, unknownMake: 1, flagged: 4 },
      after: { covered: 5, suspect: 1, clear: 1, unknownMake: 1, flagged: 5 },
      clearances: { standing: 0, lapsed: 0 },
      casesAskedFor: 1,
      flaggedAgain: [],
      flaggedAgainOmitted: 0,
      noLongerFlagged: [],
      noLongerFlaggedOmitted: 0,
    });
    expect((await cases()).find(({ asset_id }) => asset_id === 'ACME')).toEqual({
      asset_id: 'ACME',
      spell: 1,
      finding: 'covered',
      status: 'opening',
      policy_version: '2026.2',
    });
    expect(await versions()).toEqual(['2026.2']);
    expect(await logged()).toMatchObject([
      { actor: expect.stringMatching(/^ops:/), details: { version: '2026.2', devices: 8, changed: 1 } },
    ]);
  });

  test('a brand that is dropped: its open case stays open and is listed for a person, each time until it is decided', async () => {
    await inventory.import(DEVICES);
    const before = await cases();
    const listed = [
      {
        caseId: expect.stringMatching(/^k_/),
        assetId: 'HON',
        siteId: 'S-1',
        departmentId: 'D-AG',
        screening: 'clear',
        inScope: true,
        confirmedCovered: false,
      },
    ];
    const text = changed(HONEYWELL_DROPPED);
    expect((await apply(text)).rescreened).toMatchObject({ changed: 1, casesAskedFor: 0, noLongerFlagged: listed });
    expect(await cases()).toEqual(before);
    expect(await apply(text)).toMatchObject({
      outcome: 'unchanged',
      rescreened: { devices: 0, changed: 0, noLongerFlagged: listed },
    });
    await inventory.close('HON', 'withdrawn');
    expect((await apply(text)).rescreened.noLongerFlagged).toEqual([]);
    expect(await logged()).toHaveLength(1);
  });

  test('a class of sites that comes into scope asks for its cases, and listed again out of scope they are for a person', async () => {
    await inventory.import(DEVICES);
    expect((await apply(changed(STORES_IN))).rescreened).toMatchObject({
      changed: 1,
      casesAskedFor: 1,
      before: { flagged: 4 },
      after: { flagged: 5 },
    });
    expect(await apply(UK_TEXT)).toMatchObject({
      outcome: 'updated',
      rescreened: { changed: 1, noLongerFlagged: [{ assetId: 'STORE', screening: 'covered', inScope: false }] },
    });
  });

  test('a kind of device that goes out of scope', async () => {
    await inventory.import(DEVICES);
    const { rescreened } = await apply(changed(['      - 摄像头\n    scope: in', '      - 摄像头\n    scope: out']));
    expect(rescreened).toMatchObject({ casesAskedFor: 0, after: { covered: 4, flagged: 0 } });
    expect(rescreened.noLongerFlagged.map(({ assetId }) => assetId)).toEqual(['HIK', 'HON', 'DAH', 'NOMAKE']);
  });

  test('a case that a person reopened under the policy in force has a reason of its own and is not listed', async () => {
    await inventory.import(DEVICES);
    const text = changed(HONEYWELL_DROPPED);
    await apply(text);
    await inventory.close('HON', 'withdrawn');
    await inventory.pool.query(`
      INSERT INTO cases (case_id, programme_id, asset_id, spell, previous_case_id, site_id, department_id, finding, off_core, policy_version)
      SELECT 'k_again', programme_id, asset_id, 2, case_id, site_id, department_id, finding, off_core, '2026.2' FROM cases WHERE asset_id = 'HON'`);
    expect((await apply(text)).rescreened.noLongerFlagged).toEqual([]);
  });

  test('a device that is flagged again after its case was withdrawn is listed: nothing reopens it by itself', async () => {
    await inventory.import(DEVICES);
    await apply(changed(HONEYWELL_DROPPED));
    await inventory.close('HON', 'withdrawn');
    const { rescreened } = await apply(UK_TEXT);
    expect(rescreened).toMatchObject({
      casesAskedFor: 0,
      flaggedAgain: [{ caseId: expect.stringMatching(/^k_/), assetId: 'HON', outcome: 'withdrawn' }],
    });
  });

  test('what was removed stays closed when it is flagged again', async () => {
    await inventory.import(DEVICES);
    await inventory.close('HON', 'removed');
    await apply(changed(HONEYWELL_DROPPED));
    expect((await apply(UK_TEXT)).rescreened).toMatchObject({ changed: 1, casesAskedFor: 0, flaggedAgain: [] });
  });

  test('a device that was merged into another is screened and opens no case', async () => {
    await inventory.import(DEVICES);
    await inventory.pool.query(`UPDATE devices SET merged_into = 'AXIS' WHERE asset_id = 'ACME'`);
    expect((await apply(changed(ACME_LISTED))).rescreened).toMatchObject({
      devices: 8,
      casesAskedFor: 0,
      before: { clear: 1 },
    });
    expect((await verdicts()).find(({ asset_id }) => asset_id === 'ACME')).toMatchObject({ screening: 'covered' });
  });

  test('leaves the register as an import under that policy would have', async () => {
    await inventory.import(DEVICES);
    const text = changed(ACME_LISTED, HONEYWELL_DROPPED, STORES_IN);
    await apply(text);
    const screened = `SELECT asset_id, screening, reasons, in_scope, policy_version FROM devices ORDER BY asset_id`;
    const after = await inventory.rows(screened);
    await inventory.pool.query('TRUNCATE devices, cases CASCADE');
    await inventory.import(DEVICES);
    expect(after).toEqual(await inventory.rows(screened));
    expect(await inventory.import(DEVICES)).toMatchObject({ updated: 0, unchanged: 8, casesOpening: 0 });
  });

  test('goes through more devices than a page holds, each once', async () => {
    const rows = Array.from(
      { length: 12_003 },
      (_, index) => `P-${index},${index % 3 === 0 ? 'Acme' : 'Axis'},S-1,camera`,
    );
    await inventory.import(`asset_id,make,site_id,device_type\n${rows.join('\n')}\n`);
    const seen: RescreenProgress[] = [];
    const { rescreened } = await apply(changed(ACME_LISTED), (progress) => seen.push(progress));
    expect(rescreened).toMatchObject({ devices: 12_003, changed: 4_001, casesAskedFor: 4_001 });
    expect(await versions()).toEqual(['2026.2']);
    expect(seen.at(0)).toEqual({ phase: 'screening', devices: 0, total: 12_003 });
    expect(seen.at(-1)).toEqual({ phase: 'screening', devices: 12_003, total: 12_003 });
    const { rows: left } = await inventory.pool.query(
      `SELECT 1 FROM device_staging UNION ALL SELECT 1 FROM verdict_staging`,
    );
    expect(left).toEqual([]);
  });

  test('says how many cases there are beyond those that are listed', async () => {
    const rows = Array.from({ length: 1_005 }, (_, index) => `P-${index},Honeywell,S-1,camera`);
    await inventory.import(`asset_id,make,site_id,device_type\n${rows.join('\n')}\n`);
    const { rescreened } = await apply(changed(HONEYWELL_DROPPED));
    expect(rescreened.noLongerFlagged).toHaveLength(1_000);
    expect(rescreened.noLongerFlaggedOmitted).toBe(5);
    await inventory.pool.query(`UPDATE cases SET status = 'closed', outcome = 'withdrawn'`);
    const again = (await apply(UK_TEXT)).rescreened;
    expect(again.flaggedAgain).toHaveLength(1_000);
    expect(again.flaggedAgainOmitted).toBe(5);
  });
});

describe('a clearance', () => {
  const clear = async (): Promise<void> => {
    await inventory.import(DEVICES);
    for (const asset of ['HON', 'NOMAKE', 'HIK']) await inventory.close(asset, 'not-covered');
  };

  test('stands under a policy that moves dates, budgets, the ladder, titles or the wording of sources: nobody is asked again', async () => {
    await clear();
    const { rescreen, rescreened } = await apply(changed(...NOTHING_THAT_SCREENS));
    expect(rescreen).toBe(false);
    expect(rescreened).toMatchObject({
      devices: 8,
      changed: 0,
      casesAskedFor: 0,
      clearances: { standing: 3, lapsed: 0 },
    });
    expect(await versions()).toEqual(['2026.2']);
    expect(await inventory.import(DEVICES)).toMatchObject({ updated: 0, casesOpening: 0 });
  });

  test('lapses where the policy says something else of the device, and there only', async () => {
    await clear();
    const { rescreened } = await apply(changed([HONEYWELL, HONEYWELL.replace('vendor: dahua', 'vendor: hikvision')]));
    expect(rescreened).toMatchObject({ changed: 1, casesAskedFor: 1, clearances: { standing: 2, lapsed: 1 } });
    expect((await cases()).filter(({ asset_id }) => asset_id === 'HON')).toMatchObject([
      { spell: 1, status: 'closed' },
      { spell: 2, status: 'opening', finding: 'suspect' },
    ]);
  });

  test('does not hang on the scope: out of scope and in again it still stands', async () => {
    await clear();
    await apply(changed(['      - 摄像头\n    scope: in', '      - 摄像头\n    scope: out']));
    expect((await apply(UK_TEXT)).rescreened).toMatchObject({
      casesAskedFor: 0,
      clearances: { standing: 3, lapsed: 0 },
    });
  });

  test('that lapsed comes back where the earlier policy is put back before anybody was asked', async () => {
    await clear();
    expect((await apply(changed(HONEYWELL_DROPPED))).rescreened).toMatchObject({
      casesAskedFor: 0,
      clearances: { lapsed: 1 },
    });
    expect((await apply(UK_TEXT)).rescreened).toMatchObject({ casesAskedFor: 0, flaggedAgain: [] });
  });

  test('that had lapsed by a change of the device is not revived', async () => {
    await clear();
    await inventory.import(DEVICES.replace('HON,Honeywell,HC30', 'HON,Honeywell,HC31'));
    await inventory.close('HON', 'withdrawn');
    const { rescreened } = await apply(RAISED);
    expect(rescreened.clearances).toEqual({ standing: 2, lapsed: 0 });
    const [row] = await inventory.rows<{ stands: boolean }>(
      `SELECT cleared_fingerprint = device_fingerprint(make, model, mac, policy_version) AS stands FROM devices WHERE asset_id = 'HON'`,
    );
    expect(row).toEqual({ stands: false });
  });
});

describe('a process that dies once the policy is in force', () => {
  const TEXT = changed(ACME_LISTED, HONEYWELL_DROPPED);
  const expected = { devices: 8, changed: 2, casesAskedFor: 1, noLongerFlagged: [{ assetId: 'HON' }] };

  test('the same file again finishes it, and after that changes nothing', async () => {
    await inventory.import(DEVICES);
    await applyAndDie(TEXT);
    expect(await versions()).toEqual(['2026.1']);
    expect(await apply(TEXT)).toMatchObject({ outcome: 'unchanged', rescreened: expected });
    const before = await state();
    expect(await apply(TEXT)).toMatchObject({ outcome: 'unchanged', rescreened: { devices: 0 } });
    expect(await state()).toEqual(before);
  });

  test('a next version takes over from whichever version each device has', async () => {
    await inventory.import(DEVICES);
    await inventory.close('NOMAKE', 'not-covered');
    await applyAndDie(TEXT);
    await inventory.pool.query(`UPDATE devices SET policy_version = '2026.2' WHERE asset_id < 'D'`);
    const next = edited(TEXT, "version: '2026.2'", "version: '2026.3'");
    expect((await apply(next)).rescreened).toMatchObject({ devices: 8, clearances: { standing: 1, lapsed: 0 } });
    expect(await versions()).toEqual(['2026.3']);
  });

  test('the next import finishes it first, so that no clearance is lost by being imported again; a dry run changes nothing', async () => {
    await inventory.import(DEVICES);
    await inventory.close('NOMAKE', 'not-covered');
    await applyAndDie(TEXT);
    await inventory.import(DEVICES, { dryRun: true });
    expect(await versions()).toEqual(['2026.1']);
    expect(await inventory.import(DEVICES)).toMatchObject({ updated: 0, unchanged: 8, casesOpening: 0 });
    expect(await versions()).toEqual(['2026.2']);
    expect((await cases()).map(({ asset_id }) => asset_id)).toEqual(['ACME', 'DAH', 'HIK', 'HON', 'NOMAKE']);
    expect(await logged()).toMatchObject([{ actor: 'system', details: { clearances: { standing: 1, lapsed: 0 } } }]);
  });

  test('undoing an import finishes it first too', async () => {
    await inventory.import(DEVICES);
    await inventory.close('NOMAKE', 'not-covered');
    const { importId } = await inventory.import(DEVICES.replace('DS-2CD2143', 'DS-2CD2144'));
    await applyAndDie(TEXT);
    await inventory.undo(importId ?? 0);
    expect(await versions()).toEqual(['2026.2']);
    expect((await cases()).filter(({ asset_id }) => asset_id === 'NOMAKE')).toHaveLength(1);
  });

  test('reconcile finishes it, says so once, and opens the cases', async () => {
    const stack = await startStack();
    const services: Services = openServices(
      loadConfig({ ...stack.environment, DATABASE_URL: inventory.register.databaseUrl }),
    );
    try {
      await inventory.import(DEVICES);
      await applyAndDie(TEXT);
      expect(await reconcile(services)).toMatchObject({
        opened: 5,
        findings: [{ kind: 'policy-not-finished', subject: 'uk-2022-visual-surveillance', repaired: true }],
        rescreened: expected,
      });
      expect(await reconcile(services)).toMatchObject({ findings: [], rescreened: null });
    } finally {
      await services.close();
      await stack.stop();
    }
  });

  test('nothing is left before any policy, and nothing where all is done', async () => {
    await inventory.import(DEVICES);
    expect(await finishRescreeningLocked(inventory.pool, () => undefined)).toBeNull();
    await inventory.pool.query('TRUNCATE programmes, devices CASCADE');
    expect(await finishRescreeningLocked(inventory.pool, () => undefined)).toBeNull();
  });
});

describe('while an import runs', () => {
  test('the policy waits for it and says so; nothing is in force before', async () => {
    await inventory.import(DEVICES);
    let release = (): void => undefined;
    const importing = withImportLock(
      inventory.pool,
      () => undefined,
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const seen: string[] = [];
    const applying = apply(RAISED, ({ phase }) => seen.push(phase));
    await until(() => Promise.resolve(seen.includes('waiting')));
    expect(await inventory.rows(`SELECT policy_version FROM programmes`)).toEqual([{ policy_version: '2026.1' }]);
    release();
    await importing;
    expect(await applying).toMatchObject({ outcome: 'updated', rescreened: { devices: 8 } });
    expect(seen).toEqual(['waiting', 'screening', 'screening']);
  });

  test('policies and imports at once leave every device with the policy in force and one case', async () => {
    await inventory.import(DEVICES);
    await Promise.all([
      apply(changed(ACME_LISTED)),
      inventory.import(DEVICES.replace('Axis Communications', 'Hikvision')),
      inventory.import(`${DEVICES}NEW,Acme,,,S-1,camera\n`),
    ]);
    expect(await versions()).toEqual(['2026.2']);
    const flagged = await inventory.rows<{ asset_id: string }>(
      `SELECT asset_id FROM devices WHERE screening <> 'clear' AND in_scope ORDER BY asset_id`,
    );
    const live = (await cases()).map(({ asset_id }) => asset_id);
    expect(flagged.filter(({ asset_id }) => !live.includes(asset_id))).toEqual([]);
    expect(new Set(live).size).toBe(live.length);
  });
});
