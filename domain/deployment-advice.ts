import { type CheckedSite } from './deployment-check';
import { unreachable } from './errors';
import { type Screening } from './screening/screening';

/** What an answer means and what to do now, for people without training: one sentence each. */
export interface Advice {
  readonly meaning: string;
  readonly steps: readonly string[];
}

const KEEP = 'Keep this page with the order: it is the record that you asked.';
const AS_SENSITIVE =
  'The answer is for a sensitive site, since no site was named that you can see. If it is meant for another, ask those named below.';

function meaningOf({ result, decision, inScope }: Pick<Screening, 'result' | 'decision' | 'inScope'>): string {
  switch (decision) {
    case 'allow':
      return result === 'clear'
        ? 'This make is not on the list, so the policy does not stop you.'
        : 'The policy does not apply to this kind of device.';
    case 'refer':
      if (result === 'covered')
        return inScope
          ? 'This is on the list, and the ban on installing it has not begun. What is installed now will have to be removed.'
          : 'This is on the list. The policy does not forbid it here, and somebody has to decide.';
      return result === 'suspect'
        ? 'This may be equipment that is on the list, sold under another name.'
        : 'Nobody can tell from what you entered who made this.';
    case 'block':
      return 'This is on the list of equipment that must not be installed.';
    default:
      return unreachable(decision);
  }
}

function stepsOf({ result, decision }: Pick<Screening, 'result' | 'decision'>): readonly string[] {
  switch (decision) {
    case 'allow':
      return ['You can go on.', 'If the supplier offers another make or model instead, check that one too.', KEEP];
    case 'refer':
      if (result === 'covered')
        return ['Do not order or install it yet.', 'Ask those named below, and give them the reference.', KEEP];
      return [
        'Do not order or install it yet.',
        'Ask the supplier in writing who made the equipment and the parts that record or send pictures.',
        'Check again with what they say, or ask those named below and give them the reference.',
        KEEP,
      ];
    case 'block':
      return [
        'Do not order it. If it is here already, do not install or connect it.',
        'Choose a make that is not on the list, and check it here before you order.',
        'If you think that the answer is wrong, ask those named below and give them the reference.',
        KEEP,
      ];
    default:
      return unreachable(decision);
  }
}

/** What to tell somebody who asked whether a device may be installed. */
export function adviceOn(answer: Pick<Screening, 'result' | 'decision' | 'inScope'>, site: CheckedSite): Advice {
  const assumed = !site.known && answer.decision === 'block' ? [AS_SENSITIVE] : [];
  return { meaning: meaningOf(answer), steps: [...stepsOf(answer), ...assumed] };
}
