import { type Command, Option } from 'commander';
import { findSites, showSite, type ShownSite } from '../app/inventory/sites';
import { withServices } from '../app/services';
import { DEFAULT_ZONE } from '../domain/policy/defaults';
import { SENSITIVITIES, type Sensitivity } from '../domain/vocabulary';
import { loadConfig } from '../platform/config';
import { action } from './command';
import { momentShown } from './days';
import { listEnd, SCREENFUL, withPage } from './lists';
import { facts, table } from './output';
import { answersText, configureAssess } from './sites-assess';

interface ListOptions {
  readonly department?: string;
  readonly sensitivity?: Sensitivity;
  readonly limit?: number;
  readonly after?: string;
}

function configureList(command: Command): void {
  action<ListOptions>(
    withPage(
      command
        .option('--department <id>', 'of this department')
        .addOption(new Option('--sensitivity <class>', 'how sensitive the site is').choices(SENSITIVITIES)),
      'site',
    ).addHelpText(
      'after',
      '\nExamples:\n  clearsite sites list --department D-AG\n  clearsite sites list --sensitivity unassessed --json',
    ),
    async (io, { department, sensitivity, limit, after }) => {
      const filter = { ...(department && { departmentId: department }), ...(sensitivity && { sensitivity }) };
      const page = { limit: limit ?? (io.json ? null : SCREENFUL), after: after ?? null };
      const { items, total, next } = await withServices(loadConfig(), (services) => findSites(services, filter, page));
      io.answer({ sites: items, total, next }, () =>
        items.length === 0
          ? 'No site matches. Sites come in with: clearsite import FILE --kind sites'
          : [
              table(
                [
                  { head: 'site' },
                  { head: 'name' },
                  { head: 'dept' },
                  { head: 'nation' },
                  { head: 'class' },
                  { head: 'devices', align: 'right' },
                  { head: 'live cases', align: 'right' },
                ],
                items.map((site) => [
                  site.siteId,
                  site.name,
                  site.departmentId,
                  site.nation,
                  site.sensitivity,
                  site.devices,
                  site.liveCases,
                ]),
              ),
              listEnd(items.length, total, next),
            ].join('\n'),
      );
    },
  );
}

/** The last assessment in a line; null where there is none. */
function assessmentText({ assessment, assessedBy }: ShownSite): string | null {
  if (assessment === null) return null;
  const { at, actor, sensitivity, answers, reason } = assessment;
  const given = answersText(answers);
  return `${sensitivity}, ${momentShown(at, DEFAULT_ZONE)}, ${assessedBy ?? actor}: ${reason}${given === '' ? '' : ` (${given})`}`;
}

function shownText(site: ShownSite): string {
  const { screening: s } = site;
  return facts([
    ['Site', site.siteId],
    ['Name', site.name],
    ['Department', `${site.departmentName} (${site.departmentId})`],
    ['Nation', site.nation],
    ['Class', site.sensitivity],
    ['Last assessed', assessmentText(site)],
    ['Controlled by', site.controlledBy],
    ['Access notice', site.accessLeadDays === null ? null : `${site.accessLeadDays} days`],
    [
      'Devices',
      `${site.devices}: ${s.covered} covered, ${s.suspect} suspect, ${s.unknownMake} of unknown make, ${s.clear} clear`,
    ],
    ['Cases', `${site.liveCases} live, ${site.closedCases} closed`],
  ]);
}

function configureShow(command: Command): void {
  action(command.argument('<id>', 'site id'), async (io, _, id = '') => {
    const site = await withServices(loadConfig(), (services) => showSite(services, id));
    io.answer(site, () => shownText(site));
  });
}

export function configure(command: Command): void {
  configureList(command.command('list').description('sites by site id'));
  configureShow(command.command('show').description('one site, what is on it and how it was assessed'));
  configureAssess(command.command('assess').description('say how sensitive a site is; cases and dates follow'));
}
