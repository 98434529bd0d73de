import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { assessSite, type AssessmentMode, type SiteAssessment } from '../../../app/inventory/assess-site';
import { showSite } from '../../../app/inventory/sites';
import { type SiteAnswers } from '../../../domain/site-assessment';
import { type Sensitivity } from '../../../domain/vocabulary';
import { Inventory } from '../import/inventory';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await Inventory.start();
});
afterAll(() => inventory.stop());
beforeEach(async () => {
  await inventory.reset();
  // S-3 is not sensitive: nothing opens there.
  await inventory.import(
    'asset_id,make,site_id,device_type\nC-1,Hikvision,S-3,camera\nC-2,Axis,S-3,camera\nC-3,Hikvision,S-1,camera\n',
  );
  await inventory.import(
    `department_id,role,name,email
D-AG,task-owner,Kim,owner@ag.example
D-AG,security-officer,Bo,officer@ag.example
D-AG,head,Cam,head@ag.example
D-HS,security-officer,Jo,officer@hs.example
,programme-manager,Pat,pm@programme.example
,sro,Sam,sro@programme.example
`,
    { kind: 'contacts' },
  );
});

interface Saying {
  readonly as?: string;
  readonly typist?: string;
  readonly answers?: SiteAnswers;
  readonly mode?: AssessmentMode;
  readonly reason?: string;
}

function assess(siteId: string, sensitivity: Sensitivity | null, saying: Saying = {}): Promise<SiteAssessment> {
  const { as = null, typist = null, answers = {}, mode = 'done', reason = 'seen' } = saying;
  return assessSite(inventory.services, { siteId, sensitivity, answers, reason }, { as, typist }, mode);
}

const scoped = () => inventory.rows(`SELECT asset_id FROM devices WHERE in_scope ORDER BY 1`);

describe('a site that turns sensitive', () => {
  test('brings its devices into scope and asks for the missing cases, which wait where Temporal is not there', async () => {
    const done = await assess('S-3', null, { answers: { secret: 'yes' } });
    expect(done).toMatchObject({
      sensitivity: 'sensitive',
      was: 'not-sensitive',
      dryRun: false,
      opening: { listed: [{ assetId: 'C-1' }], omitted: 0 },
      outOfScope: { listed: [] },
      opened: { outcome: 'waiting' },
    });
    expect(await scoped()).toEqual([{ asset_id: 'C-1' }, { asset_id: 'C-2' }, { asset_id: 'C-3' }]);
    expect(await inventory.cases()).toMatchObject([
      { asset_id: 'C-1', status: 'opening', import_id: null },
      { asset_id: 'C-3' },
    ]);
  });

  test('in a dry run changes nothing and lists the same', async () => {
    const before = await inventory.everything();
    const tried = await assess('S-3', 'sensitive', { mode: 'trial' });
    expect(tried).toMatchObject({
      dryRun: true,
      opening: { listed: [{ assetId: 'C-1' }] },
      dates: { cases: 0 },
      opened: null,
    });
    expect(await inventory.everything()).toEqual(before);
    expect((await assess('S-3', 'sensitive')).opening.listed.map(({ assetId }) => assetId)).toEqual(['C-1']);
  });

  test('lists cases that had been given up there, and reopens none by itself', async () => {
    await assess('S-3', 'sensitive');
    await inventory.close('C-1', 'out-of-scope');
    await assess('S-3', 'not-sensitive');
    const again = await assess('S-3', 'sensitive');
    expect(again).toMatchObject({
      opening: { listed: [] },
      givenUp: { listed: [{ assetId: 'C-1', outcome: 'out-of-scope' }] },
    });
  });
});

test('a site that ceases to be sensitive closes nothing, and lists its live cases', async () => {
  const done = await assess('S-1', 'not-sensitive', { as: 'officer@ag.example' });
  expect(done).toMatchObject({
    opening: { listed: [] },
    outOfScope: { listed: [{ assetId: 'C-3', stage: 'assess' }] },
  });
  expect(await scoped()).toEqual([]);
  expect(await inventory.cases()).toMatchObject([{ asset_id: 'C-3', status: 'opening' }]);
});

describe('on record', () => {
  test('is who said what on which answers; sites show tells it', async () => {
    expect((await showSite(inventory.services, 'S-2')).assessment).toBeNull();
    await assess('S-2', null, {
      as: 'head@ag.example',
      typist: 'officer@ag.example',
      answers: { vetted: 'yes' },
      reason: ' many ',
    });
    const shown = await showSite(inventory.services, 'S-2');
    expect(shown).toMatchObject({
      sensitivity: 'sensitive',
      assessedBy: 'Cam',
      assessment: { sensitivity: 'sensitive', was: 'unassessed', answers: { vetted: 'yes' }, reason: 'many' },
    });
    const { rows } = await inventory.pool.query<{ email: string }>(`SELECT email FROM contacts WHERE contact_id = $1`, [
      shown.assessment?.enteredBy,
    ]);
    expect(rows).toEqual([{ email: 'officer@ag.example' }]);
  });

  test('it stays where the import that brought the site is undone, also where it confirms the class', async () => {
    const { importId } = await inventory.import(
      'site_id,name,department_id,nation,sensitivity\nN-1,New,D-AG,England,sensitive\nS-2,Annexe,D-AG,England,sensitive\n',
      { kind: 'sites' },
    );
    await assess('N-1', 'sensitive');
    await assess('S-2', 'sensitive');
    const report = await inventory.undo(importId!);
    expect(report.needsPerson).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ subject: 'N-1', code: 'changed-since' }),
        expect.objectContaining({ subject: 'S-2', code: 'changed-since' }),
      ]),
    );
    expect((await showSite(inventory.services, 'S-2')).sensitivity).toBe('sensitive');
  });
});

describe('who assesses a site', () => {
  test.each(['officer@ag.example', 'head@ag.example', 'pm@programme.example', 'sro@programme.example'])(
    '%s may',
    async (as) => {
      expect(await assess('S-2', 'sensitive', { as })).toMatchObject({ sensitivity: 'sensitive' });
    },
  );

  test.each([
    ['the task owner', 'owner@ag.example'],
    ["another department's officer", 'officer@hs.example'],
  ])('%s may not', async (_who, as) => {
    await expect(assess('S-2', 'sensitive', { as })).rejects.toMatchObject({ code: 'not-allowed', exit: 1 });
    expect((await showSite(inventory.services, 'S-2')).sensitivity).toBe('unassessed');
  });

  test('nobody does without a reason, nor a site that is not there', async () => {
    await expect(assess('S-2', 'sensitive', { reason: ' ' })).rejects.toMatchObject({ code: 'reason-needed' });
    await expect(assess('S-NO', 'sensitive')).rejects.toMatchObject({ code: 'unknown-site' });
  });
});
