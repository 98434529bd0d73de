import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { draftOf, insistOnDrafts, startDraft } from '../../app/tasks/drafts';
import { askFreshLink } from '../../app/tasks/fresh-link';
import { linkOf, type OpenedLink, openLink, usedFor } from '../../app/tasks/open-link';
import { type TaskRequest } from '../../app/tasks/act-on-tasks';
import { count } from '../../domain/counted';
import { type Viewer } from '../../domain/access/roles';
import { MAIN_ACTION } from '../../domain/tasks/words';
import { STAGE_WORDS } from '../../domain/wording';
import { Form } from '../form';
import { notFound } from '../problems';
import { type Site } from '../site';
import { sendCodeTo, signInByCode } from '../tasks/codes';
import { dropCookie, keepCookie, readCookie } from '../tasks/link-cookies';
import { showInstead, showLinkForm } from '../tasks/link-page';
import { readForm } from '../tasks/read-form';
import { type Prepared, prepare, proposedIn, send } from '../tasks/submit';
import { readUploads } from '../uploads';

interface Params {
  readonly token: string;
}
type LinkRequest = FastifyRequest<{ Params: Params }>;

const pathOf = ({ params: { token } }: LinkRequest): string => `/t/${token}`;

/** Pages behind the links in mail. GET shows and changes nothing; only a form that is sent acts, after the typed code. */
class LinkPages {
  constructor(private readonly site: Site) {}

  private now(): string {
    return this.site.now().toISOString();
  }

  /** @throws "Page not found" for a token that is none */
  private async open({ params: { token } }: LinkRequest, viewer: Viewer | null): Promise<OpenedLink> {
    const opened = await openLink(this.site.services, token, viewer, this.now());
    if (opened === null) throw notFound();
    return opened;
  }

  /** Nobody sends a file to a link that is none. */
  readonly insistOnLink = async (request: FastifyRequest): Promise<void> => {
    const { token } = request.params as Params;
    if ((await linkOf(this.site.services, token, this.now())) === null) throw notFound();
  };

  readonly show = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const opened = await this.open(request, request.viewer);
    const { token } = request.params;
    const form = opened.state === 'live' && opened.reader !== 'other' && opened.shown === 'tasks';
    return form ? showLinkForm(reply, token, opened, null) : showInstead(reply, token, opened);
  };

  private async carryOut(
    request: LinkRequest,
    reply: FastifyReply,
    opened: OpenedLink,
    viewer: Viewer,
    form: Form,
    ready: Pick<TaskRequest, 'tasks' | 'input' | 'file'>,
  ): Promise<FastifyReply> {
    const { linkId, siteId, stage } = opened.link;
    const sent = await send(this.site, viewer, { source: { linkId }, siteId, stage, ...ready });
    if (sent.recorded) {
      dropCookie(reply, this.site, pathOf(request), 'draft');
      return reply.redirect(sent.location, 303);
    }
    const newest = await this.open(request, viewer);
    if (newest.state !== 'live') return showInstead(reply, request.params.token, newest);
    return showLinkForm(reply, request.params.token, newest, { form, ...sent });
  }

  private asked({ link: { stage }, tasks }: OpenedLink) {
    return { action: MAIN_ACTION[stage], stage, proposed: proposedIn(tasks) };
  }

  readonly submit = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { viewer } = request;
    const { services } = this.site;
    const opened = await this.open(request, viewer);
    const { state, reader, link, shown } = opened;
    const { token } = request.params;
    if (state === 'used' && reader === 'addressee' && viewer !== null) {
      const before = await usedFor(services, viewer, link);
      if (before !== null) return reply.redirect(`/recorded/${before}`, 303);
    }
    if (state !== 'live' || reader === 'other') return showInstead(reply, token, opened);
    // Nothing of a sensitive site is taken from, or shown to, somebody who has not typed the code.
    if (shown === 'code') return reply.redirect(pathOf(request), 303);
    if (viewer === null) await insistOnDrafts(services, link.linkId, this.now());
    const form = Form.of(request);
    const prepared: Prepared = await prepare(this.site, request, this.asked(opened), form);
    if (!prepared.ready) return showLinkForm(reply, token, opened, { form, ...prepared });
    if (viewer !== null) return this.carryOut(request, reply, opened, viewer, form, prepared.request);
    const draft = { fields: form.kept(), file: prepared.request.file };
    const secret = await startDraft(services, link.linkId, draft, this.now());
    await sendCodeTo(link.address, request, reply, this.site, pathOf(request));
    keepCookie(reply, this.site, pathOf(request), 'draft', secret);
    return reply.redirect(`${pathOf(request)}/code`, 303);
  };

  readonly askForCode = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const opened = await this.open(request, request.viewer);
    if (opened.state !== 'live' || opened.reader === 'other') return showInstead(reply, request.params.token, opened);
    if (opened.reader === 'addressee') return reply.redirect(pathOf(request), 303);
    await sendCodeTo(opened.link.address, request, reply, this.site, pathOf(request));
    return reply.redirect(`${pathOf(request)}/code`, 303);
  };

  private draft(request: LinkRequest, { link: { linkId } }: OpenedLink) {
    return draftOf(this.site.services, linkId, readCookie(request, 'draft'), this.now());
  }

  private async showCode(
    request: LinkRequest,
    reply: FastifyReply,
    opened: OpenedLink,
    problem: string | null,
  ): Promise<FastifyReply> {
    const draft = await this.draft(request, opened);
    const devices = draft === null ? 0 : new Form(draft.fields).all('case').length;
    const view = {
      title: 'Enter the code that we sent you',
      confirming: draft === null ? null : `“${STAGE_WORDS[opened.link.stage]}” for ${count(devices, 'device')}`,
      sentTo: 'We have sent a code to the address that the link was sent to.',
      errors: problem === null ? [] : [{ text: problem, href: '#code' }],
      checkAction: `${pathOf(request)}/sign-in`,
      againAction: `${pathOf(request)}/code`,
    };
    return reply.page('pages/link-code.njk', view, { status: problem === null ? 200 : 400 });
  }

  readonly codePage = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const opened = await this.open(request, request.viewer);
    if (opened.state !== 'live' || opened.reader === 'other') return showInstead(reply, request.params.token, opened);
    if (readCookie(request, 'challenge') === '') return reply.redirect(pathOf(request), 303);
    return this.showCode(request, reply, opened, null);
  };

  readonly signIn = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const before = await this.open(request, request.viewer);
    if (before.reader === 'other') return showInstead(reply, request.params.token, before);
    let { viewer } = request;
    // A second click finds its sender signed in by the first.
    if (viewer === null) {
      const signed = await signInByCode(request, reply, this.site, pathOf(request));
      if ('problem' in signed) return this.showCode(request, reply, before, signed.problem);
      ({ viewer } = signed);
    }
    const opened = await this.open(request, viewer);
    const draft = await this.draft(request, opened);
    if (draft === null || opened.reader !== 'addressee') return reply.redirect(pathOf(request), 303);
    const form = new Form(draft.fields);
    if (opened.state !== 'live') return this.submitAgain(request, reply, opened, viewer);
    const most = form.all('case').length;
    const read = readForm(this.asked(opened), form, draft.file === null ? 'no-file' : 'file', Math.max(1, most));
    if (!read.read)
      return showLinkForm(reply, request.params.token, opened, { form, errors: read.errors, status: 400 });
    const { tasks, input } = read;
    return this.carryOut(request, reply, opened, viewer, form, { tasks, input, file: draft.file });
  };

  /** What this person did by the link before, or why it does not work any more. */
  private async submitAgain(
    request: LinkRequest,
    reply: FastifyReply,
    opened: OpenedLink,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    const before = await usedFor(this.site.services, viewer, opened.link);
    if (before !== null) return reply.redirect(`/recorded/${before}`, 303);
    return showInstead(reply, request.params.token, opened);
  }

  readonly fresh = async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
    await askFreshLink(this.site.services, request.params.token, this.now());
    return reply.page('pages/message.njk', {
      title: 'Look into your mail',
      sentences: [
        'If something is left to do, we have sent a new link to the address that the old one was sent to.',
        'Nothing there after some minutes? At most three new links are sent within an hour.',
      ],
      next: { href: '/tasks', text: `${request.viewer === null ? 'Sign in to see' : 'See'} all your tasks` },
    });
  };
}

/** Pages behind the links in mail. */
export function taskLinkPages(server: FastifyInstance, site: Site): void {
  const pages = new LinkPages(site);
  server.get<{ Params: Params }>('/t/:token', pages.show);
  server.post<{ Params: Params }>('/t/:token', { preValidation: [pages.insistOnLink, readUploads] }, pages.submit);
  server.get<{ Params: Params }>('/t/:token/code', pages.codePage);
  server.post<{ Params: Params }>('/t/:token/code', pages.askForCode);
  server.post<{ Params: Params }>('/t/:token/sign-in', pages.signIn);
  server.post<{ Params: Params }>('/t/:token/fresh', pages.fresh);
}
