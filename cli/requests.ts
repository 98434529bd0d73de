import { Argument, type Command, Option } from 'commander';
import { decide, findRequests, REQUEST_STATES, type RequestState } from '../app/requests';
import { withServices } from '../app/services';
import { rulingPolicy } from '../app/policies';
import { type RequestKind } from '../domain/lifecycle';
import { loadConfig } from '../platform/config';
import { action, actsAs } from './command';
import { requestsText } from './requests-text';

/** What a pair of commands speaks of. */
export interface Requests {
  readonly kinds: readonly RequestKind[];
  readonly what: string;
  /** Of the command. */
  readonly name: string;
  /** How one is asked for, as an example. */
  readonly asked: string;
}

interface ListOptions {
  readonly state: RequestState | 'all';
  readonly department?: string;
}

interface DecideOptions {
  readonly conditions?: string;
}

function configureList(command: Command, { kinds, name, asked }: Requests): void {
  action<ListOptions>(
    command
      .addOption(
        new Option('--state <state>', 'what became of it').choices([...REQUEST_STATES, 'all']).default('pending'),
      )
      .option('--department <id>', 'of this department')
      .addHelpText(
        'after',
        `\nThe longest waiting first. To ask for one:\n  ${asked}\n\nExamples:\n  clearsite ${name} list\n  clearsite ${name} list --state all --department D-AG --json`,
      ),
    async (io, { state, department }) => {
      const filter = { kinds, state: state === 'all' ? null : state, departmentId: department ?? null };
      await withServices(loadConfig(), async (services) => {
        const requests = await findRequests(services, filter);
        const { zone } = await rulingPolicy(services);
        io.answer({ requests }, () => requestsText(requests, zone));
      });
    },
  );
}

function configureDecide(command: Command, { kinds, name }: Requests): void {
  action<DecideOptions>(
    actsAs(command)
      .argument('<request>', `its number, see "clearsite ${name} list"`)
      .addArgument(new Argument('<verdict>', 'yes or no').choices(['agree', 'refuse']))
      .option('--conditions <text>', 'conditions of a yes; why not, for a no')
      .addHelpText(
        'after',
        `\nBy a programme manager, or the SRO where the policy's limits are passed; never by whoever asked. With --as only where the person who types (CLEARSITE_ACTOR) may decide too.\n\nExamples:\n  clearsite ${name} decide k_5f0c…-12 agree --conditions "order placed by Friday"\n  clearsite ${name} decide k_5f0c…-12 refuse --conditions "the part is in stock"`,
      ),
    async (io, { conditions = '' }, requestId = '', word = '') => {
      const verdict = word === 'agree' ? 'agreed' : 'refused';
      const answer = await withServices(loadConfig(), (services) =>
        decide(services, kinds, { requestId, verdict, conditions }, io.who),
      );
      io.answer(
        answer,
        () => `${verdict === 'agreed' ? 'Agreed' : 'Refused'}: ${requestId}. The people concerned are told.`,
      );
    },
  );
}

/** `list` and `decide` of what people ask for. */
export function configureRequests(command: Command, requests: Requests): void {
  configureList(command.command('list').description(`what waits for a decision: ${requests.what}`), requests);
  configureDecide(command.command('decide').description('agree to one, or refuse it'), requests);
}
