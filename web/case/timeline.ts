import { type MilestoneJson } from '../../app/cases/case-json';
import { type Instant } from '../../domain/records';
import { STAGE_SHOWN } from '../../domain/wording';

// So narrow that a phone shows it in its own size: the words stay legible.
const WIDTH = 340;
const LEFT = 12;
const RIGHT = 328;
const TOP = 34;
const ROW = 52;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Labels below the axis that do not run into each other. */
const MOST_TICKS = 4;
/** Half the room that a word at an axis takes. */
const HALF_A_LABEL = 32;

/** A mark on the picture: shape and colour say the same, so that neither is needed alone. */
interface Mark {
  readonly kind: 'original' | 'expected' | 'done';
  readonly x: number;
}

interface Row {
  readonly label: string;
  /** Of the row's line. */
  readonly y: number;
  readonly marks: readonly Mark[];
  /** From the original date to a later one: how far it has slipped. */
  readonly slip: { readonly from: number; readonly to: number } | null;
}

/** A picture of a case's milestones against time; all lengths in the units of its view box. */
export interface Timeline {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly rows: readonly Row[];
  readonly ticks: readonly { readonly x: number; readonly labelX: number; readonly label: string }[];
  readonly today: { readonly x: number; readonly anchor: 'start' | 'middle' | 'end' };
  readonly bottom: number;
  readonly description: string;
}

const DAY = 86_400_000;

/** The first days of months within a span, as many as fit. */
function monthsIn(from: number, to: number): readonly Date[] {
  const first = new Date(from);
  const all: Date[] = [];
  for (let month = 1; ; month += 1) {
    const date = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month, 1));
    if (date.getTime() > to) break;
    all.push(date);
  }
  const step = Math.ceil(all.length / MOST_TICKS);
  return all.filter((_, index) => index % step === 0);
}

function instantsOf({ baseline, due, forecast, actual }: MilestoneJson): readonly Instant[] {
  return [baseline, due, forecast, actual].flatMap((one) => one ?? []);
}

function describe({ stage, baseline, forecast, actual }: MilestoneJson, day: (instant: Instant) => string): string {
  const parts = [
    ...(baseline === null ? [] : [`originally ${day(baseline)}`]),
    ...(actual !== null ? [`done on ${day(actual)}`] : forecast === null ? [] : [`expected ${day(forecast)}`]),
  ];
  return `${STAGE_SHOWN[stage]}: ${parts.join(', ')}.`;
}

/**
 * Lays out a case's milestones against time.
 * @param day how a day is written, for the description
 * @returns null while no clock has set a date
 */
export function timelineOf(
  milestones: readonly MilestoneJson[],
  now: Instant,
  day: (instant: Instant) => string,
): Timeline | null {
  const dated = milestones.filter((one) => !one.skipped && instantsOf(one).length > 0);
  if (dated.length === 0) return null;
  const times = [...dated.flatMap(instantsOf), now].map((instant) => Date.parse(instant));
  const margin = Math.max(DAY, (Math.max(...times) - Math.min(...times)) * 0.03);
  const [from, to] = [Math.min(...times) - margin, Math.max(...times) + margin];
  const place = (time: number): number => Math.round((LEFT + ((time - from) / (to - from)) * (RIGHT - LEFT)) * 10) / 10;
  const at = (instant: Instant): number => place(Date.parse(instant));
  const rows = dated.map((one, index): Row => {
    const { baseline, forecast, actual, stage } = one;
    const last = actual ?? forecast;
    const marks: Mark[] = [
      ...(baseline === null ? [] : [{ kind: 'original' as const, x: at(baseline) }]),
      ...(last === null ? [] : [{ kind: actual === null ? ('expected' as const) : ('done' as const), x: at(last) }]),
    ];
    const slip = baseline !== null && last !== null && last > baseline ? { from: at(baseline), to: at(last) } : null;
    return { label: STAGE_SHOWN[stage], y: TOP + index * ROW + 30, marks, slip };
  });
  const today = at(now);
  const bottom = TOP + rows.length * ROW;
  return {
    width: WIDTH,
    height: bottom + 28,
    left: LEFT,
    right: RIGHT,
    top: TOP,
    bottom,
    rows,
    ticks: monthsIn(from, to).map((date) => {
      const x = place(date.getTime());
      return {
        x,
        labelX: Math.min(WIDTH - HALF_A_LABEL, Math.max(HALF_A_LABEL, x)),
        label: `${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`,
      };
    }),
    today: { x: today, anchor: today < HALF_A_LABEL ? 'start' : today > WIDTH - HALF_A_LABEL ? 'end' : 'middle' },
    description: dated.map((one) => describe(one, day)).join(' '),
  };
}
