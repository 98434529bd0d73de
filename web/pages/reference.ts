import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Referred, referred } from '../../app/tasks/reference';
import { type Viewer } from '../../domain/access/roles';
import { Form } from '../form';
import { type Site } from '../site';
import { sendCodeTo, signInByCode } from '../tasks/codes';
import { keepCookie, readCookie } from '../tasks/link-cookies';
import { tasksHref } from '../tasks/links';

const PATH = '/reference';
/** Longest text that is looked at. */
const LONGEST = 100;

/** Where somebody who has signed in finds the tasks of a reference; with one that is not theirs, their own. */
function tasksFor(viewer: Viewer, found: Referred | null): string {
  if (found?.tasks === null || found === null || found.address !== viewer.email) return '/tasks';
  return tasksHref(found.tasks.siteId, found.tasks.stage);
}

/** For people who cannot open the link of a mail: they type its reference and then the code. */
export function referencePages(server: FastifyInstance, site: Site): void {
  const { services } = site;
  const now = (): string => site.now().toISOString();

  const form = (reply: FastifyReply, reference: string, problem: string | null): FastifyReply =>
    reply.page(
      'pages/reference.njk',
      {
        title: 'Enter the reference of an e-mail',
        reference,
        errors: problem === null ? [] : [{ text: problem, href: '#reference' }],
      },
      { status: problem === null ? 200 : 400 },
    );

  const codeForm = (reply: FastifyReply, reference: string, problem: string | null): FastifyReply =>
    reply.page(
      'pages/link-code.njk',
      {
        title: 'Enter the code that we sent you',
        sentTo: 'If the reference is right, we have sent a code to the address that the e-mail went to.',
        errors: problem === null ? [] : [{ text: problem, href: '#code' }],
        checkAction: `${PATH}/sign-in`,
        againAction: PATH,
        reference,
      },
      { status: problem === null ? 200 : 400 },
    );

  server.get(PATH, (_request, reply) => form(reply, '', null));

  server.post(PATH, async (request, reply) => {
    const typed = Form.of(request).one('reference').slice(0, LONGEST);
    const found = await referred(services, typed, now());
    if (found === null) return form(reply, typed, 'Enter the reference as it stands in the e-mail, like 7KQ4-M3XD');
    if (request.viewer !== null) return reply.redirect(tasksFor(request.viewer, found), 303);
    await sendCodeTo(found.address, request, reply, site, PATH);
    keepCookie(reply, site, PATH, 'reference', typed);
    return reply.redirect(`${PATH}/code`, 303);
  });

  server.get(`${PATH}/code`, (request, reply) =>
    readCookie(request, 'challenge') === ''
      ? reply.redirect(PATH, 303)
      : codeForm(reply, readCookie(request, 'reference'), null),
  );

  server.post(`${PATH}/sign-in`, async (request: FastifyRequest, reply) => {
    const typed = readCookie(request, 'reference').slice(0, LONGEST);
    if (request.viewer === null) {
      const signed = await signInByCode(request, reply, site, PATH);
      if ('problem' in signed) return codeForm(reply, typed, signed.problem);
    }
    const { viewer } = request;
    if (viewer === null) return reply.redirect(PATH, 303);
    return reply.redirect(tasksFor(viewer, await referred(services, typed, now())), 303);
  });
}
