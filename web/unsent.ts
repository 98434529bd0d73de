import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Form } from './form';

/** `requestedUntil` and `requested-until` as words: "requested until". */
function words(name: string): string {
  return name
    .replace(/[-_.]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/**
 * What becomes of a form whose sender's session had ended: nothing is recorded and nothing is lost. The page keeps what was entered, and
 * sends it again once they have signed in beside it.
 */
export function showUnsent(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fields = Object.entries(Form.of(request).kept()).flatMap(([name, values]) =>
    values.map((value) => ({ name, value, words: words(name) })),
  );
  const { url } = request.routeOptions;
  const view = {
    title: 'You have been signed out',
    action: request.url,
    fields,
    entered: fields.filter(({ value }) => value.trim() !== ''),
    // A form with a file is not read before it is known who sends it.
    unread: request.body === undefined,
    back: url !== undefined && request.server.hasRoute({ url, method: 'GET' }) ? request.url : null,
  };
  return reply.page('pages/unsent.njk', view, { status: 403 });
}
