import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CLEAR, Eyes } from '../support/eyes';
import { type FullProgramme, type Reader, startFullProgramme } from './a-full-programme';
import { browserOf, formsFor, kindOf } from './every-form';
import { tokenOf } from './every-page';

const READS: readonly Reader[] = ['task-owner', 'security-officer', 'programme-manager', 'sro', 'admin', 'nobody'];

let made: FullProgramme;
let eyes: Eyes;
/** How many forms said that something is wrong. */
let said = 0;
/** What has been looked at already, by where it was sent and the fields that it has. */
const seen = new Set<string>();

beforeAll(async () => {
  made = await startFullProgramme();
  eyes = await Eyes.open(made.web.url);
});
afterAll(async () => {
  await eyes?.close();
  await made?.stop();
});

test.each(READS)(
  'every form that %s may send, sent with nothing filled in, says what is wrong to everybody',
  async (reader) => {
    const browser = browserOf(made, reader);
    for (const { form } of await formsFor(made, reader)) {
      const key = kindOf(form);
      if (form.method === 'get' || seen.has(key)) continue;
      seen.add(key);
      const token = form.preset.find(([name]) => name === '_csrf')?.[1] ?? '';
      const body = new URLSearchParams({ _csrf: token });
      const answer = await browser.request(form.action, { method: 'POST', body });
      if (answer.status < 400) continue;
      said += 1;
      await eyes.signIn(tokenOf(reader));
      const { violations, sideways, misnamed, unseen, disordered } = await eyes.lookAtAnswer(form.action, answer.body);
      const met = { violations, sideways, misnamed, unseen, disordered, missed: [] };
      expect([form.action, reader, met]).toEqual([form.action, reader, CLEAR]);
      if (!answer.body.includes('govuk-error-summary')) continue;
      const links = [...answer.body.matchAll(/<ul class="govuk-list govuk-error-summary__list">[\s\S]*?<\/ul>/g)];
      const targets = [...links.join('').matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
      expect([form.action, targets.length > 0]).toEqual([form.action, true]);
      for (const id of targets)
        expect([form.action, id, answer.body.includes(`id="${id}"`)]).toEqual([form.action, id, true]);
      expect(answer.body).toMatch(/<title>\s*Error: /);
    }
    expect(made.web.faults).toEqual([]);
  },
);

test('there were many', () => {
  expect(said).toBeGreaterThan(25);
});
