import { count, listed } from '../counted';
import { type FlowKind } from './crossings';

/** By how much crossings of one kind changed what remains: positive adds. */
export interface Flow {
  readonly kind: FlowKind;
  readonly mustGo: boolean;
  readonly change: number;
}

/** Devices, and how many of them must be removed and how many are still to be looked at. */
export interface Remaining {
  readonly devices: number;
  readonly mustGo: number;
  readonly toLookAt: number;
}

/** A line of a {@link Balance}: by how much it changed what remains. */
export interface BalanceLine extends Remaining {
  readonly kind: FlowKind;
}

/** What remained at one moment and at another, and everything in between: opening + lines = closing, column by column. */
export interface Balance {
  readonly opening: Remaining;
  /** Those that changed something, in the order in which people read them. */
  readonly lines: readonly BalanceLine[];
  readonly closing: Remaining;
}

const ORDER: readonly FlowKind[] = [
  'found-at-start',
  'found-later',
  'into-scope',
  'reopened',
  'moved-in',
  'confirmed',
  'unconfirmed',
  'removed',
  'not-covered',
  'other',
  'moved-out',
];

/** What people read for a line of the balance. */
export const FLOW_SHOWN: Readonly<Record<FlowKind, string>> = {
  'found-at-start': 'Found at the start',
  'found-later': 'Found later',
  'into-scope': 'Came into scope',
  reopened: 'Reopened',
  'moved-in': 'Moved in from another department',
  confirmed: 'Looked at: must be removed',
  unconfirmed: 'To be looked at again',
  removed: 'Removed',
  'not-covered': 'Not covered',
  other: 'Other (not found, duplicate, out of scope, withdrawn)',
  'moved-out': 'Moved out to another department',
};

/** Kinds that move devices between the two columns and change no total. */
const BETWEEN_COLUMNS: readonly FlowKind[] = ['confirmed', 'unconfirmed'];

function sum(flows: readonly Flow[]): Remaining {
  const of = (some: readonly Flow[]): number => some.reduce((total, { change }) => total + change, 0);
  const mustGo = of(flows.filter((flow) => flow.mustGo));
  const toLookAt = of(flows.filter((flow) => !flow.mustGo));
  return { devices: mustGo + toLookAt, mustGo, toLookAt };
}

/**
 * The balance between two moments.
 * @param before every crossing known at the first moment, summed
 * @param between every crossing that became known between the two
 * @param inside whose figures these are: moves between departments cancel out in the programme's
 */
export function balanceOf(
  before: readonly Flow[],
  between: readonly Flow[],
  inside: 'programme' | 'departments',
): Balance {
  const kinds = ORDER.filter((kind) => inside === 'departments' || !kind.startsWith('moved'));
  const lines = kinds.flatMap((kind): BalanceLine[] => {
    const own = between.filter((flow) => flow.kind === kind);
    return own.some(({ change }) => change !== 0) ? [{ kind, ...sum(own) }] : [];
  });
  return { opening: sum(before), lines, closing: sum([...before, ...between]) };
}

const IN_WORDS: Readonly<Record<FlowKind, string>> = {
  'found-at-start': 'found at the start',
  'found-later': 'found later',
  'into-scope': 'that came into scope',
  reopened: 'reopened',
  'moved-in': 'that moved in',
  confirmed: '',
  unconfirmed: '',
  removed: 'removed',
  'not-covered': 'not covered',
  other: 'closed for other reasons',
  'moved-out': 'that moved out',
};

/** Where two records are merged, the kept device takes over the case of the other: both are among the other reasons. */
const TAKEN_OVER = 'taken over from merged records';

function parts(lines: readonly BalanceLine[], sign: 1 | -1): string {
  const some = lines.filter(({ devices }) => Math.sign(devices) === sign);
  const words = (kind: FlowKind): string => (kind === 'other' && sign === 1 ? TAKEN_OVER : IN_WORDS[kind]);
  return listed(some.map(({ kind, devices }) => `${Math.abs(devices).toLocaleString('en-GB')} ${words(kind)}`));
}

/**
 * The balance as a sentence to copy: "At 17:00 on 20 November, 412 devices remained: 431 a week before, plus 9 found
 * later and 1 reopened, less 27 removed and 2 not covered." What is zero is left out.
 * @param at `17:00 on 20 November` @param before `a week before`
 */
export function balanceSentence({ opening, lines, closing }: Balance, at: string, before: string): string {
  const told = lines.filter(({ kind }) => !BETWEEN_COLUMNS.includes(kind));
  const [plus, less] = [parts(told, 1), parts(told, -1)];
  const verb = closing.devices === 1 ? 'device remained' : 'devices remained';
  const now = `At ${at}, ${closing.devices === 0 ? 'no' : closing.devices.toLocaleString('en-GB')} ${verb}`;
  if (plus === '' && less === '') return `${now}, as many as ${before}.`;
  const changes = [plus === '' ? '' : `, plus ${plus}`, less === '' ? '' : `, less ${less}`].join('');
  return `${now}: ${opening.devices.toLocaleString('en-GB')} ${before}${changes}.`;
}

/** "Of them, 388 must be removed and 24 are still to be looked at."; empty where all are of one sort. */
export function splitSentence({ mustGo, toLookAt }: Remaining): string {
  if (toLookAt === 0) return '';
  const looked = `${toLookAt.toLocaleString('en-GB')} ${toLookAt === 1 ? 'is' : 'are'} still to be looked at`;
  return mustGo === 0
    ? `${count(toLookAt, 'device')} ${toLookAt === 1 ? 'is' : 'are'} still to be looked at; none is known to have to go.`
    : `Of them, ${mustGo.toLocaleString('en-GB')} must be removed and ${looked}.`;
}

/** "a week before", "the day before", "10 days before". */
export function beforeWords(days: number): string {
  if (days === 0) return 'at 17:00 that day';
  if (days === 1) return 'the day before';
  if (days === 7) return 'a week before';
  return days % 7 === 0 && days <= 28
    ? `${['', '', 'two', 'three', 'four'][days / 7] ?? ''} weeks before`
    : `${days} days before`;
}
