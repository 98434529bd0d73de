import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type BatchAction,
  BATCH_ACTIONS,
  chooseCases,
  type LeftOut,
  runBatch,
  settled,
  type ShownBatch,
  showBatch,
} from '../../app/cases/batches';
import { type ManyResult } from '../../app/cases/act-on-many';
import { zoneOf } from '../../app/access/zone';
import { NEEDED } from '../../domain/access/permissions';
import { count } from '../../domain/counted';
import { STAGE_SHOWN } from '../../domain/wording';
import { typedOf } from '../forms/typed';
import { permit, signedIn } from '../guard';
import { ACTION_SHOWN } from '../lists/actions';
import { BATCH_FIELDS, readBatchForm } from '../lists/batch-form';
import { datesFor } from '../lists/dates';
import { idFrom } from '../lists/id';
import { type Site } from '../site';
import { caseRowView } from './case-list';

const id = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}]*$/u);
const CHOICE = z.object({
  case: z.union([id, z.array(id)]).default([]),
  action: z.enum(BATCH_ACTIONS, { error: 'Choose what has happened' }),
});

const LEFT_OUT: Readonly<Record<LeftOut, string>> = {
  'not-yours': 'Left out: your role does not include this for its site',
  'not-open': 'The case is not open',
  'not-its-turn': 'It is not the turn of this step: the case will say why',
};

function fieldViews(
  action: BatchAction,
  typed: Readonly<Record<string, string>>,
  problems: readonly { readonly name: string; readonly message: string }[],
) {
  return BATCH_FIELDS[action].map((field) => ({
    ...field,
    value: typed[field.name] ?? '',
    error: problems.find(({ name }) => name === field.name)?.message ?? null,
    items: (field.choices ?? []).map((choice) => ({ ...choice, checked: choice.value === typed[field.name] })),
  }));
}

function resultWords(result: ManyResult | undefined): { readonly outcome: string; readonly text: string } {
  switch (result?.outcome) {
    case 'done':
      return { outcome: 'done', text: `Next: ${result.answer.nextAction || STAGE_SHOWN[result.answer.stage]}` };
    case 'refused':
      return { outcome: 'refused', text: result.message };
    case 'unclear':
      return { outcome: 'unclear', text: 'No answer yet. It may still be carried out; nothing is done twice.' };
    case undefined:
      return { outcome: 'refused', text: 'Left out: your role does not include this for its site' };
  }
}

async function view(
  site: Site,
  batch: ShownBatch,
  typed: Readonly<Record<string, string>>,
  problems: readonly { readonly name: string; readonly message: string }[],
) {
  const { batchId, action, items, input, results } = batch;
  const now = site.now().toISOString();
  const dates = datesFor(now, await zoneOf(site.services, now));
  const byCase = new Map((results ?? []).map((result) => [result.caseId, result]));
  const takePart = items.filter((item) => item.leftOut === null).length;
  const done = (results ?? []).filter(({ outcome }) => outcome === 'done').length;
  return {
    title:
      results === null
        ? ACTION_SHOWN[action]
        : `${ACTION_SHOWN[action]}: ${done} of ${count(items.length, 'device')} done`,
    batchId,
    action: ACTION_SHOWN[action],
    state: results !== null ? 'answered' : input !== null ? 'under way' : 'asked',
    settled: settled(results),
    size: count(takePart, 'device'),
    takePart,
    done,
    fields: fieldViews(action, typed, problems),
    // Where nothing can be done there is no form to correct.
    errors: takePart === 0 ? [] : problems.map(({ name, message }) => ({ text: message, href: `#${name}` })),
    items: items.map(({ row, leftOut }) => ({
      ...caseRowView(row, dates, now),
      leftOut: leftOut === null ? null : LEFT_OUT[leftOut],
      result: results === null ? null : resultWords(byCase.get(row.caseId)),
    })),
  };
}

/** One thing done to many cases: choose them on a list, confirm, read what became of each. */
export function caseBatchPages(server: FastifyInstance, site: Site): void {
  const now = (): string => site.now().toISOString();

  server.post('/actions', async (request, reply) => {
    const viewer = permit(request, 'see-cases');
    const choice = CHOICE.safeParse(request.body ?? {});
    const chosen = choice.success ? [choice.data.case].flat() : [];
    if (!choice.success || chosen.length === 0) {
      const missing =
        choice.success || choice.error.issues.every(({ path }) => path[0] !== 'action') ? 'devices' : 'action';
      return reply.page('pages/case-batch-none.njk', { title: 'Nothing was done', missing }, { status: 400 });
    }
    const { action } = choice.data;
    permit(request, NEEDED[action]);
    const batchId = await chooseCases(site.services, viewer, action, chosen, now());
    return reply.redirect(`/actions/${batchId}`, 303);
  });

  server.get<{ Params: { batchId: string } }>('/actions/:batchId', async (request, reply) => {
    const batch = await showBatch(site.services, signedIn(request), idFrom(request.params.batchId), now());
    return reply.page('pages/case-batch.njk', await view(site, batch, {}, []));
  });

  server.post<{ Params: { batchId: string } }>('/actions/:batchId', async (request, reply) => {
    const viewer = signedIn(request);
    const batchId = idFrom(request.params.batchId);
    const typed = typedOf(request.body);
    const batch = await showBatch(site.services, viewer, batchId, now());
    permit(request, NEEDED[batch.action]);
    // What was confirmed stands: a second click, or another word, only goes on with it.
    const asked =
      batch.input === null ? readBatchForm(batch.action, typed) : { outcome: 'read' as const, input: batch.input };
    if (asked.outcome === 'wrong') {
      const again = await view(site, batch, typed, asked.problems);
      return reply.page('pages/case-batch.njk', again, { status: 400 });
    }
    await runBatch(site.services, viewer, batchId, asked.input, now(), (error) => request.log.error(error));
    return reply.redirect(`/actions/${batchId}`, 303);
  });
}
