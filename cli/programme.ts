import { type Command } from 'commander';
import { showProgramme, startProgramme } from '../app/programme';
import { withServices } from '../app/services';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';

function configureStart(command: Command): void {
  action(
    actsAs(command).addHelpText(
      'after',
      '\nFrom then on stage clocks run and mail leaves. See first who would get what: clearsite mail preview\n\nExample:\n  clearsite programme start --as pm@example.org',
    ),
    async (io) => {
      const result = await withServices(loadConfig(), (services) => startProgramme(services, io.who));
      const { programmeId, startedAt, startedNow, planned } = result;
      io.answer(result, () =>
        startedNow
          ? `Programme ${programmeId} started at ${startedAt}. Clocks set going: ${planned}. Mail leaves from now on.`
          : `Programme ${programmeId} was started at ${startedAt} already.${planned > 0 ? ` Clocks set going now: ${planned}.` : ''}`,
      );
    },
  );
}

function configureShow(command: Command): void {
  action(command, async (io) => {
    const shown = await withServices(loadConfig(), showProgramme);
    io.answer(shown, () => {
      const { figures: f } = shown;
      return [
        `${shown.title} (${shown.programmeId}, policy ${shown.policyVersion})`,
        shown.startedAt === null
          ? 'Not started: no stage clock runs and no mail leaves. Start it: clearsite programme start'
          : `Started at ${shown.startedAt}.${shown.mailHeld ? ' Mail is held: clearsite mail release' : ''}`,
        `${f.devices} devices on ${f.sites} sites, ${f.contacts} contacts.`,
        `${f.flagged} devices flagged. Cases: ${f.opening} opening, ${f.open} open (${f.overdue} with an overdue task), ${f.closed} closed.`,
      ].join('\n');
    });
  });
}

export function configure(command: Command): void {
  configureStart(command.command('start').description('start the clocks and the mail'));
  configureShow(command.command('show').description('what the programme is and how far it has come'));
}
