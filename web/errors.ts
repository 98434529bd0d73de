import { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { Failure } from '../domain/errors';
import { SignInFirst } from './guard';
import { asProblem, notFound, Problem } from './problems';
import { showUnsent } from './unsent';

const TOO_LARGE = new Problem(413, 'This is too large', 'What was sent is larger than this form takes.', [
  'Files may have 20 MB each. Make it smaller, and try again.',
]);
const FORGED = new Problem(
  403,
  'Send this form again',
  'This form was open for too long, or was not sent from its own page.',
  ['Nothing was changed. Go back, load the page anew and send it again.'],
);
const UNREADABLE = new Problem(400, 'This could not be read', 'What was sent is not what this page takes.', [
  'Nothing was changed. Go back, and try again.',
]);
const BROKEN = new Problem(500, 'Sorry, there is a problem here', 'Something went wrong on our side.', [
  'What was recorded before is kept. Try again in some minutes.',
]);

function problemOf(error: FastifyError | Failure | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Failure) return asProblem(error);
  if (error.code?.startsWith('FST_CSRF')) return FORGED;
  if (error.statusCode === 413 || error.code === 'FST_REQ_FILE_TOO_LARGE') return TOO_LARGE;
  if (error.statusCode !== undefined && error.statusCode < 500) return UNREADABLE;
  return BROKEN;
}

function show(reply: FastifyReply, { status, heading, message, advice }: Problem): FastifyReply {
  return reply.page('pages/problem.njk', { title: heading, heading, message, advice }, { status });
}

/** Whatever goes wrong ends on a page that says what happened and what to do, and nothing of our insides. */
export function explainErrors(server: FastifyInstance, log: (error: Error) => void): void {
  server.setNotFoundHandler((_request, reply) => show(reply, notFound()));
  server.setErrorHandler(async (error: FastifyError | Failure | Problem | SignInFirst, request, reply) => {
    if (error instanceof SignInFirst) {
      if (error.next === null) return showUnsent(request, reply);
      return reply.redirect(`/sign-in?next=${encodeURIComponent(error.next)}`, 303);
    }
    const problem = problemOf(error);
    if (problem === BROKEN) log(error);
    return show(reply, problem);
  });
}
