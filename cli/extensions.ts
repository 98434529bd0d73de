import { type Command } from 'commander';
import { EXTENSIONS } from '../app/requests';
import { configureRequests } from './requests';

export function configure(command: Command): void {
  configureRequests(command, {
    kinds: EXTENSIONS,
    what: 'more time, and later dates that an inventory or a site brings',
    name: 'extensions',
    asked: 'clearsite cases act CAM-0042 request-extension --stage remove --on 2027-03-01 --reason supply --text "…"',
  });
}
