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
  return { programmeTitle: title, zone, revealAssets, revealSites, revealMakes, publicUrl, from: mailFrom };
}
