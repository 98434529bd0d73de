import { type FastifyReply } from 'fastify';
import { may } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { type OpenedLink } from '../../app/tasks/open-link';
import { MAIN_ACTION, WHAT_TO_DO } from '../../domain/tasks/words';
import { ROLE_SHOWN, STAGE_WORDS } from '../../domain/wording';
import { type Form } from '../form';
import { formView } from './form-view';
import { agreementWords, insteadLinks, tasksHref } from './links';
import { type FieldError } from './read-form';

const ENDED: Readonly<Record<Exclude<OpenedLink['state'], 'live'>, string>> = {
  used: 'This link has been used',
  stale: 'These tasks are not what they were',
  expired: 'This link is too old',
  revoked: 'This link does not work any more',
};

/** The page of the tasks of a link, as far as its reader may open them themselves; null = they may not. */
function ownPage({ link: { siteId, stage, departmentId } }: OpenedLink, viewer: Viewer | null): string | null {
  const permission = stage === 'verify' ? 'verify' : 'do-tasks';
  return viewer !== null && may(viewer, permission, { departmentId, siteId }) ? tasksHref(siteId, stage) : null;
}

/** What a link shows that is not for the form: it has ended, or it is somebody else's, or a code comes first. */
export function showInstead(reply: FastifyReply, token: string, opened: OpenedLink): FastifyReply {
  const { state, reader, link, happened, changed, fresh } = opened;
  const { viewer } = reply.request;
  if (reader === 'other') {
    const view = {
      title: 'This link is for somebody else',
      role: ROLE_SHOWN[link.role],
      tasksHref: ownPage(opened, viewer),
    };
    return reply.page('pages/link-other.njk', view, { status: 403 });
  }
  if (state === 'live') {
    return reply.page('pages/link-code-first.njk', { title: 'Open your tasks', codeAction: `/t/${token}/code` });
  }
  const view = {
    title: ENDED[state],
    happened,
    changed,
    tasksHref: ownPage(opened, viewer),
    fresh: fresh === 'offered' ? `/t/${token}/fresh` : null,
  };
  return reply.page('pages/link-ended.njk', view, { status: 410 });
}

/** The form of a live link. */
export function showLinkForm(
  reply: FastifyReply,
  token: string,
  opened: OpenedLink,
  sent: { readonly form: Form; readonly errors: readonly FieldError[]; readonly status: number } | null,
): FastifyReply {
  const { link, tasks, changed, site, named, reader } = opened;
  const { siteId, stage } = link;
  const view = {
    title: STAGE_WORDS[stage],
    place: site,
    whatToDo: WHAT_TO_DO[stage],
    agreement: agreementWords(tasks),
    form: formView(MAIN_ACTION[stage], tasks, null, sent?.form ?? null, sent?.errors ?? []),
    errors: sent?.errors ?? [],
    formAction: `/t/${token}`,
    signsIn: reader !== 'addressee',
    changed,
    instead:
      named === 'yes'
        ? insteadLinks(siteId, stage)
        : [{ href: '/tasks', text: 'Ask for more time, or tell us you are on it: from your tasks' }],
  };
  return reply.page('pages/task-form.njk', view, { status: sent?.status ?? 200 });
}
