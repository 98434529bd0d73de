import { grouped } from '../groups';
import { type Instant } from '../records';
import { type WorkStage } from '../vocabulary';

/** What a person's calendar is to show: their tasks of one stage on one site that are due at one instant. */
export interface WantedEntry {
  /** Whoever it is by one name: two posts of one address are one person. */
  readonly person: string;
  readonly siteId: string;
  readonly stage: WorkStage;
  readonly due: Instant;
  /** At least one case, each once. */
  readonly caseIds: readonly string[];
}

/** An entry that the person's calendar shows, or is about to show. */
export interface LiveEntry extends WantedEntry {
  readonly uid: string;
  /** iCalendar SEQUENCE of its newest version. */
  readonly sequence: number;
}

/** What becomes of an entry. `kept`: nobody is told, since date and person are as they were; only what it stands for may differ. */
export type EntryChange =
  | { readonly kind: 'kept'; readonly entry: LiveEntry; readonly caseIds: readonly string[] }
  | {
      readonly kind: 'moved';
      readonly entry: LiveEntry;
      readonly due: Instant;
      readonly caseIds: readonly string[];
      readonly sequence: number;
    }
  | { readonly kind: 'cancelled'; readonly entry: LiveEntry; readonly sequence: number }
  | { readonly kind: 'new'; readonly wanted: WantedEntry };

const placeOf = ({ person, siteId, stage }: WantedEntry): string => JSON.stringify([person, siteId, stage]);
const slotOf = (entry: WantedEntry): string => JSON.stringify([placeOf(entry), entry.due]);

/** Makes one of several of one slot, so that a person never has two entries of the same tasks. */
function merged(wanted: readonly WantedEntry[]): WantedEntry[] {
  return [...grouped(wanted, slotOf).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ ...first, caseIds: [...new Set(group.flatMap(({ caseIds }) => caseIds))].sort() }];
  });
}

/** Pairs of one place that share the most cases first; where equal, the earliest dates meet, so that the answer is one. */
function pairsOf(live: readonly LiveEntry[], wanted: readonly WantedEntry[]): [LiveEntry, WantedEntry][] {
  const targets = grouped(wanted, placeOf);
  const candidates = live.flatMap((entry) => {
    const mine = new Set(entry.caseIds);
    return (targets.get(placeOf(entry)) ?? []).flatMap((target) => {
      const shared = target.caseIds.filter((id) => mine.has(id)).length;
      return shared === 0 ? [] : [{ entry, target, shared }];
    });
  });
  candidates.sort(
    (a, b) =>
      b.shared - a.shared ||
      a.entry.due.localeCompare(b.entry.due) ||
      a.target.due.localeCompare(b.target.due) ||
      a.entry.uid.localeCompare(b.entry.uid),
  );
  const taken = new Set<WantedEntry | LiveEntry>();
  return candidates.flatMap(({ entry, target }) => {
    if (taken.has(entry) || taken.has(target)) return [];
    taken.add(entry).add(target);
    return [[entry, target]];
  });
}

/**
 * What has to happen so that calendars show what is wanted. An entry of the same person, site, stage and due instant
 * stays; one whose date is wanted no more moves to a new date of the same person, site and stage, to the one that it
 * shares most cases with (at least one: with its last device an entry ends); what is left over is cancelled, and what is
 * left to show is new.
 * @param now a date that has passed opens no new entry: nobody plans for yesterday
 */
export function reconcileEntries(
  live: readonly LiveEntry[],
  wanted: readonly WantedEntry[],
  now: Instant,
): EntryChange[] {
  const targets = new Map(merged(wanted).map((entry) => [slotOf(entry), entry]));
  const kept: EntryChange[] = [];
  const loose: LiveEntry[] = [];
  for (const entry of live) {
    const same = targets.get(slotOf(entry));
    if (same === undefined) loose.push(entry);
    else kept.push({ kind: 'kept', entry, caseIds: same.caseIds });
    targets.delete(slotOf(entry));
  }
  const pairs = pairsOf(loose, [...targets.values()]);
  const moved = pairs.map(([entry, { due, caseIds }]): EntryChange => {
    return { kind: 'moved', entry, due, caseIds, sequence: entry.sequence + 1 };
  });
  const gone = new Set(pairs.map(([entry]) => entry));
  const met = new Set(pairs.map(([, target]) => target));
  const cancelled = loose
    .filter((entry) => !gone.has(entry))
    .map((entry): EntryChange => ({ kind: 'cancelled', entry, sequence: entry.sequence + 1 }));
  const fresh = [...targets.values()]
    .filter((target) => !met.has(target) && target.due > now)
    .map((target): EntryChange => ({ kind: 'new', wanted: target }));
  return [...kept, ...moved, ...cancelled, ...fresh];
}
