import { IANAZone } from 'luxon';
import { Failure } from '../errors';
import { DAY, MINUTE } from './dates';

/** How far a zone is from UTC, by moment. */
export interface ZoneOffsets {
  /** Milliseconds to add to a moment to read its local clock as if that were UTC. */
  at(epoch: number): number;
  /**
   * The moment of a local clock reading (milliseconds, as if UTC). One that comes twice is taken the first time; one
   * that the clocks skip is the moment of the jump: the first at or after it.
   */
  momentOf(local: number): number;
}

const known = new Map<string, ZoneOffsets>();

/** @param zone IANA name @throws Failure `bad-zone` */
export function zoneOffsets(zone: string): ZoneOffsets {
  let offsets = known.get(zone);
  if (offsets === undefined) {
    offsets = read(zone);
    known.set(zone, offsets);
  }
  return offsets;
}

function read(zone: string): ZoneOffsets {
  const iana = IANAZone.create(zone);
  if (!iana.isValid) {
    const hint = 'Write an IANA zone such as Europe/London or America/New_York.';
    throw new Failure('bad-zone', `There is no time zone "${zone}".`, { hint });
  }
  // To ask the zone costs microseconds, so the days on which nothing changes are remembered; NaN = one on which it does.
  const days = new Map<number, number>();
  const starts = new Map<number, number>();
  const ask = (epoch: number): number => iana.offset(epoch) * MINUTE;
  const atStart = (day: number): number => {
    const offset = starts.get(day) ?? ask(day * DAY);
    starts.set(day, offset);
    return offset;
  };
  const ofDay = (day: number): number => (atStart(day) === atStart(day + 1) ? atStart(day) : NaN);
  const at = (epoch: number): number => {
    const day = Math.floor(epoch / DAY);
    let offset = days.get(day);
    if (offset === undefined) {
      offset = ofDay(day);
      days.set(day, offset);
    }
    return Number.isNaN(offset) ? ask(epoch) : offset;
  };
  return { at, momentOf: (local) => resolve(local, at) };
}

function resolve(local: number, at: (epoch: number) => number): number {
  // No zone is further than a day from UTC, so these are the offsets before and after any change near that reading.
  const before = at(local - DAY);
  const after = at(local + DAY);
  const fits = [before, after].map((offset) => local - offset).filter((epoch) => epoch + at(epoch) === local);
  if (fits.length > 0) return Math.min(...fits);
  let earlier = local - DAY;
  let later = local + DAY;
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (middle + at(middle) < local) earlier = middle;
    else later = middle;
  }
  return later;
}
