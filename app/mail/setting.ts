import { type Pool } from 'pg';
import { type MailSetting } from '../../notify/rows';
import { type Config } from '../../platform/config';
import { policyOf } from '../../register/current-policy';

/** What every message of a programme is composed with. @throws Failure `unknown-programme` */
export async function mailSetting(
  pool: Pool,
  programmeId: string,
  { publicUrl, mailFrom }: Pick<Config, 'publicUrl' | 'mailFrom'>,
): Promise<MailSetting> {
  const { title, zone, mail } = await policyOf(pool, programmeId);
  const { revealAssets, revealSites, revealMakes } = mail;
  return {
    programmeTitle: title,
    zone,
    revealAssets,
    revealSites,
    revealMakes,
    publicUrl: reachable(publicUrl),
    from: mailFrom,
  };
}

/** An address of this machine is of no use to whoever reads the mail elsewhere: it is left out. */
function reachable(publicUrl: string): string {
  return /^https?:\/\/(127\.|localhost|\[::1\])/.test(publicUrl) ? '' : publicUrl;
}
