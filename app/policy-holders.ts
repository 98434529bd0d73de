import { type Policy } from '../domain/policy/policy';
import { holderBeginsWith, holderWords } from '../domain/screening/organisation';
import { ieeeRegistry } from './oui-registry';

/** A holder that the policy lists, and how many blocks the IEEE registry gives it. */
export interface HolderBlocks {
  readonly organisation: string;
  readonly blocks: number;
}

/** Counts the registry's blocks per row of `ouis`; one with none is probably misspelt. */
export function holderBlocks(policy: Policy): readonly HolderBlocks[] {
  const rows = policy.ouis.map(({ organisation }) => ({ organisation, words: holderWords(organisation), blocks: 0 }));
  for (const assignment of rows.length === 0 ? [] : ieeeRegistry.assignments()) {
    const registered = holderWords(assignment.organisation);
    for (const row of rows) if (holderBeginsWith(registered, row.words)) row.blocks += 1;
  }
  return rows.map(({ organisation, blocks }) => ({ organisation, blocks }));
}
