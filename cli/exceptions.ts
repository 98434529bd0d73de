import { type Command } from 'commander';
import { EXCEPTIONS } from '../app/requests';
import { configureRequests } from './requests';

export function configure(command: Command): void {
  configureRequests(command, {
    kinds: EXCEPTIONS,
    what: 'devices that may stay for a time, with a compensating control',
    name: 'exceptions',
    asked: 'clearsite cases act CAM-0042 request-exception --until 2027-06-30 --control "…" --text "…"',
  });
}
