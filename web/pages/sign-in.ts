import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { askCode, checkCode, CODE_VALID_FOR, type CodeChecked } from '../../app/access/codes';
import { settled } from '../../app/access/letters';
import { endSession, type StartedSession } from '../../app/access/sessions';
import { count } from '../../domain/counted';
import { Failure } from '../../domain/errors';
import { challengeOf, dropChallenge, keepChallenge } from '../challenge';
import { Form } from '../form';
import { safeNext } from '../next';
import { dropSession, keepSession, sessionToken } from '../session';
import { type Site } from '../site';

/** What is wrong with a field, as the error summary and the field show it. */
function wrong(id: string, text: string): object {
  return { errors: [{ text, href: `#${id}` }], error: { text } };
}

interface Asking {
  readonly next: string;
  readonly email: string;
}

function showAsking(reply: FastifyReply, { next, email }: Asking, problem: string | null, status = 200): FastifyReply {
  const errors = problem === null ? {} : wrong('email', problem);
  return reply.page('pages/sign-in.njk', { title: 'Sign in', next, email: email.slice(0, 320), ...errors }, { status });
}

interface Typing extends Asking {
  readonly problem: string | null;
}

function showTyping(reply: FastifyReply, { next, email, problem }: Typing): FastifyReply {
  const view = {
    title: 'Enter your code',
    next,
    email,
    validFor: `${CODE_VALID_FOR} minutes`,
    ...(problem === null ? {} : wrong('code', problem)),
  };
  return reply.page('pages/sign-in-code.njk', view, { status: problem === null ? 200 : 400 });
}

const withNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;

/** Why a code did not sign in, with what to do; null where another try at the same code may. */
function endOf(checked: CodeChecked): string | null {
  switch (checked.outcome) {
    case 'expired':
      return `That code is over: a code works for ${CODE_VALID_FOR} minutes. Ask for a new one.`;
    case 'used':
      return 'That code has been used before: a code works once. Ask for a new one.';
    case 'newer':
      return 'A newer code has been asked for since, and only the newest works. Ask for a new one here.';
    case 'too-many-tries':
      return 'That was not the code, too many times. Ask for a new one.';
    case 'unknown':
      return 'This browser has not asked for a code, or did so too long ago. Ask for a new one here.';
    default:
      return null;
  }
}

/** Signs the browser in; whoever was signed in there before is out. */
export async function signInHere(
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site,
  { token, expiresAt }: StartedSession,
): Promise<void> {
  const before = sessionToken(request, site);
  if (before !== null) await endSession(site.services, before, site.now().toISOString());
  dropChallenge(reply, site);
  keepSession(reply, site, token, expiresAt);
}

/** Signing in by a code that comes by e-mail, and signing out. */
export function signInPages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();

  // Codes that are on their way leave before the register is closed.
  server.addHook('onClose', () => settled(services));

  server.get<{ Querystring: { next?: unknown } }>('/sign-in', (request, reply) => {
    const next = safeNext(request.query.next);
    if (request.viewer !== null) return reply.redirect(next, 303);
    return showAsking(reply, { next, email: '' }, null);
  });

  server.post('/sign-in', async (request, reply) => {
    const form = Form.of(request);
    const asking = { email: form.one('email'), next: safeNext(form.one('next')) };
    try {
      const asked = await askCode(services, { email: asking.email, purpose: 'sign-in', client: request.ip }, now());
      if (asked.outcome === 'too-many') {
        const problem = 'Too many codes have been asked for. Wait an hour, then try again.';
        return showAsking(reply, asking, problem, 429);
      }
      keepChallenge(reply, site, asked);
      return reply.redirect(withNext('/sign-in/code', asking.next), 303);
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== 2) throw error;
      return showAsking(reply, asking, error.message, 400);
    }
  });

  server.get<{ Querystring: { next?: unknown } }>('/sign-in/code', (request, reply) => {
    const next = safeNext(request.query.next);
    const challenge = challengeOf(request, site);
    if (challenge === null) return reply.redirect(withNext('/sign-in', next), 303);
    return showTyping(reply, { next, email: challenge.email, problem: null });
  });

  server.post('/sign-in/code', async (request, reply) => {
    const form = Form.of(request);
    const next = safeNext(form.one('next'));
    const { challenge, email } = challengeOf(request, site) ?? { challenge: '', email: '' };
    const checked = await checkCode(services, { challenge, code: form.one('code') }, now());
    if (checked.outcome === 'signed-in') {
      await signInHere(request, reply, site, checked.session);
      return reply.redirect(next, 303);
    }
    const end = endOf(checked);
    if (end !== null) {
      dropChallenge(reply, site);
      return showAsking(reply, { next, email }, end, 400);
    }
    const problem =
      checked.outcome === 'wrong'
        ? `That is not the code. Look at the newest mail; you have ${count(checked.triesLeft, 'more try', 'more tries')}.`
        : 'A code has 8 letters and digits, like ACDE-FGHJ. Type it as it stands in the mail.';
    return showTyping(reply, { next, email, problem });
  });

  server.post('/sign-out', async (request, reply) => {
    const token = sessionToken(request, site);
    if (token !== null) await endSession(services, token, now());
    dropSession(reply, site);
    return reply.note('You have signed out.').redirect('/sign-in', 303);
  });
}
