import { type Command } from 'commander';
import { holderBlocks } from '../app/policy-holders';
import { policyDigest, readPolicyFile } from '../app/policy-file';
import { affectsScreening, diffPolicies } from '../domain/policy/diff';
import { type Policy } from '../domain/policy/policy';
import { action, actsAs } from './command';
import { type ApplyOptions } from './policy-apply';
import { changesText, policyText } from './policy-text';

function configureCheck(command: Command): void {
  const example = '\nExample:\n  clearsite policy check policy/uk-2022-visual-surveillance.yaml';
  action(command.argument('<file>').addHelpText('after', example), async (io, _options, file) => {
    const policy = await readPolicyFile(file ?? '');
    const warnings = holderBlocks(policy)
      .filter(({ blocks }) => blocks === 0)
      .map(
        ({ organisation }) =>
          `The IEEE registry gives no address block to a holder that begins with "${organisation}".`,
      );
    const { id, version, title } = policy;
    io.answer({ ok: true, id, version, title, digest: policyDigest(policy), warnings }, () =>
      [
        `${file ?? ''} is a valid policy: ${title} (${id}, version ${version}).`,
        ...warnings.map((warning) => `Warning: ${warning}`),
      ].join('\n'),
    );
  });
}

/** The policy that rules in the register. Loaded only here: a file needs no service. */
async function appliedPolicy(): Promise<Policy> {
  const [{ rulingPolicy }, { withServices }, { loadConfig }] = await Promise.all([
    import('../app/policies'),
    import('../app/services'),
    import('../platform/config'),
  ]);
  return withServices(loadConfig(), rulingPolicy);
}

function configureShow(command: Command): void {
  const example =
    '\nWithout FILE: the policy that is applied.\n\nExample:\n  clearsite policy show policy/uk-2022-visual-surveillance.yaml';
  action(command.argument('[file]').addHelpText('after', example), async (io, _options, file) => {
    const policy = file === undefined ? await appliedPolicy() : await readPolicyFile(file);
    const holders = holderBlocks(policy);
    const digest = policyDigest(policy);
    io.answer({ digest, policy, holders }, () => policyText(policy, digest, holders));
  });
}

function configureDiff(command: Command): void {
  const example =
    '\nExit code: 0 they say the same, 1 they differ.\n\nExample:\n  clearsite policy diff policy-2026-1.yaml policy-2026-2.yaml';
  action(
    command.argument('<old>').argument('<new>').addHelpText('after', example),
    async (io, _options, before, after) => {
      const [from, to] = await Promise.all([readPolicyFile(before ?? ''), readPolicyFile(after ?? '')]);
      const changes = diffPolicies(from, to);
      const named = (policy: Policy) => ({ id: policy.id, version: policy.version, digest: policyDigest(policy) });
      io.answer(
        {
          from: named(from),
          to: named(to),
          different: changes.length > 0,
          rescreen: affectsScreening(changes),
          changes,
        },
        () => (changes.length === 0 ? 'Both say the same.' : changesText(changes)),
      );
      if (changes.length > 0 && from.id === to.id && from.version === to.version) {
        io.note(`Both are version ${to.version}: raise the version, or "policy apply" will refuse the second.`);
      }
      return changes.length === 0 ? 0 : 1;
    },
  );
}

const APPLY_HELP = `
A changed file needs a new version. Every device in the register is screened by it and the cases that it calls for are
opened. No case is closed: open cases whose device is no longer on the list are listed, for a person to decide each.
The same file twice changes nothing; after an interruption it goes on. Due dates of open cases follow the new policy.

Examples:
  clearsite policy apply policy/uk-2022-visual-surveillance.yaml
  clearsite policy apply policy-2026-2.yaml --dry-run`;

function configureApply(command: Command): void {
  const described = actsAs(command)
    .argument('<file>')
    .option('--demo', 'a demonstration: --as may decide and verify')
    .option('--dry-run', 'say what would change and which due dates would move, and change nothing')
    .addHelpText('after', APPLY_HELP);
  // Loaded only here, with all that it needs: the other commands are about files.
  action<ApplyOptions>(described, async (io, options, file) => {
    const { applyAndTell, tryAndTell } = await import('./policy-apply');
    await (options.dryRun ? tryAndTell(io, file ?? '') : applyAndTell(io, file ?? '', options));
  });
}

export function configure(command: Command): void {
  configureCheck(
    command.command('check').description('say whether a policy file can be used, and what is wrong with it'),
  );
  configureShow(command.command('show').description('show a policy file, or the applied policy'));
  configureDiff(command.command('diff').description('show what differs between two policy files'));
  configureApply(command.command('apply').description('make a policy file the one that rules the register'));
}
