import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Form } from './form';
import { KIND_SHOWN } from './tasks/fields';
import { kindChoices, readTexts } from './uploads';

/** `requestedUntil` and `requested-until` as words: "requested until". */
function words(name: string): string {
  return name
    .replace(/[-_.]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** What forms carry along for us, and nobody entered. */
const MACHINERY = /^(?:commandId|revision|seen|page|was|step|next)$|^revision-/;

/**
 * What becomes of a form whose sender's session had ended: nothing is recorded and nothing is lost. The page keeps what was entered, and
 * sends it again once they have signed in beside it; a file is chosen anew, since none is taken from a stranger.
 */
export async function showUnsent(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const takesFile = await readTexts(request);
  const form = Form.of(request);
  const kept = Object.entries(form.kept()).filter(([name]) => !(takesFile && name === 'kind'));
  const fields = kept.flatMap(([name, values]) => values.map((value) => ({ name, value, words: words(name) })));
  const { url } = request.routeOptions;
  const view = {
    title: 'You have been signed out',
    action: request.url,
    fields,
    entered: fields.filter(({ name, value }) => value.trim() !== '' && !MACHINERY.test(name)),
    kinds: takesFile ? kindChoices(KIND_SHOWN, form.one('kind')) : [],
    back: url !== undefined && request.server.hasRoute({ url, method: 'GET' }) ? request.url : null,
  };
  return reply.page('pages/unsent.njk', view, { status: 403 });
}
