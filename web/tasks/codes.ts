import { type FastifyReply, type FastifyRequest } from 'fastify';
import { askCode, checkCode, type CodeChecked } from '../../app/access/codes';
import { type Viewer } from '../../domain/access/roles';
import { count } from '../../domain/counted';
import { Form } from '../form';
import { Problem } from '../problems';
import { greet, keepSession } from '../session';
import { type Site } from '../site';
import { dropCookie, keepCookie, readCookie } from './link-cookies';

/** Sends a code to an address and gives the browser its part of it. @throws a page "Too many codes" */
export async function sendCodeTo(
  email: string,
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site,
  path: string,
): Promise<void> {
  const asked = await askCode(site.services, { email, purpose: 'task', client: request.ip }, site.now().toISOString());
  if (asked.outcome === 'too-many') {
    throw new Problem(429, 'Too many codes', 'Too many codes have been asked for within the hour.', [
      'Use the newest code that you have, or try again later. What you have filled in is kept for an hour.',
    ]);
  }
  keepCookie(reply, site, path, 'challenge', asked.challenge);
}

function wrongWords(checked: Exclude<CodeChecked, { outcome: 'signed-in' }>): string {
  switch (checked.outcome) {
    case 'wrong':
      return `That is not the code. You have ${count(checked.triesLeft, 'try', 'tries')} left.`;
    case 'not-a-code':
      return 'Enter the code from the e-mail: 8 letters and digits';
    case 'expired':
      return 'This code is too old. Ask for another one.';
    case 'newer':
      return 'A newer code has been sent. Enter that one.';
    case 'used':
      return 'This code has been used. Ask for another one.';
    case 'too-many-tries':
      return 'This code was entered wrongly too often. Ask for another one.';
    case 'unknown':
      return 'This code was asked for in another browser, or too long ago. Ask for another one.';
  }
}

/** Signs in whoever types the right code. @returns the viewer, or what to say at the field */
export async function signInByCode(
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site,
  path: string,
): Promise<{ readonly viewer: Viewer } | { readonly problem: string }> {
  const code = Form.of(request).one('code');
  const challenge = readCookie(request, 'challenge');
  const checked = await checkCode(site.services, { challenge, code }, site.now().toISOString());
  if (checked.outcome !== 'signed-in') return { problem: wrongWords(checked) };
  const { token, expiresAt, viewer } = checked.session;
  keepSession(reply, site, token, expiresAt);
  dropCookie(reply, site, path, 'challenge');
  await greet(request, site, { viewer, expiresAt });
  return { viewer };
}
