import { type Instant } from '../domain/records';
import { type WorkStage } from '../domain/vocabulary';
import { STAGE_WORDS } from '../domain/wording';
import { count } from '../domain/counted';
import { clean } from './clean';
import { type ComposedMessage } from './compose';
import { messageOf } from './envelope';
import { type TaskLink } from './links';
import { renderBoth } from './page';
import { type MailSetting, type Recipient } from './rows';
import { WHAT_TO_DO } from '../domain/tasks/words';

/** What the mail with a link that somebody asked for says. Names no site and no device: the page does. */
export interface FreshLetter {
  readonly linkId: string;
  readonly link: TaskLink;
  readonly stage: WorkStage;
  readonly tasks: number;
  /** Days from now. */
  readonly validFor: number;
}

/** Composes the mail with a fresh link. @param now the message's date */
export async function composeFreshLink(
  { linkId, link, stage, tasks, validFor }: FreshLetter,
  recipient: Pick<Recipient, 'name' | 'address'>,
  now: Instant,
  setting: Pick<MailSetting, 'programmeTitle' | 'publicUrl' | 'from'>,
): Promise<ComposedMessage> {
  const subject = `Your new link: ${count(tasks, 'task')}`;
  const view = {
    subject,
    greeting: `Dear ${clean(recipient.name, 80) || 'colleague'},`,
    task: `${STAGE_WORDS[stage]} (${count(tasks, 'task')})`,
    whatToDo: WHAT_TO_DO[stage],
    link,
    validFor: `${validFor} days`,
    programme: clean(setting.programmeTitle, 120),
    publicUrl: setting.publicUrl,
  };
  return messageOf(`fresh-link/${linkId}`, { subject, ...renderBoth('fresh-link', view) }, recipient, now, setting);
}
