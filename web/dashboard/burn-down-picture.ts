import { shortDate } from '../../domain/dates-for-people';
import { type BurnDown, type BurnDownPoint } from '../../domain/figures/burn-down';
import { dateOf, daysBetween, takenAt } from '../../domain/figures/days';
import { type Instant, type IsoDate } from '../../domain/records';

/** Drawn small, so that its words are still readable where a phone shows it at 280 pixels. */
const WIDTH = 340;
const HEIGHT = 250;
const LEFT = 46;
const RIGHT = 328;
const TOP = 30;
const BOTTOM = 214;

/** The lines, by colour and by dash, so that nobody has to tell colours apart. */
const LINES = [
  { of: 'baseline', label: 'Original dates', colour: '#12436D', dash: '8 4', width: 2 },
  { of: 'forecast', label: 'Expected dates', colour: '#801650', dash: '2 4', width: 3 },
  { of: 'actual', label: 'What remained', colour: '#28A197', dash: '', width: 4 },
] as const;

/** A round number at or above, for the top of the scale. */
function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= most && Number.isInteger(step)) ?? most;
}

function path(points: readonly BurnDownPoint[], of: 'baseline' | 'forecast' | 'actual', place: Place): string {
  const drawn = points.filter((point) => point[of] !== null);
  return drawn
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${place.x(point.on)} ${place.y(point[of] ?? 0)}`)
    .join(' ');
}

interface Place {
  readonly x: (on: IsoDate) => number;
  readonly y: (devices: number) => number;
}

/** The burn-down as a picture and as the rows of a table that says the same. */
export function burnDownPicture({ points, today, withoutDate }: BurnDown, now: Instant, zone: string) {
  const past = today < dateOf(now, zone);
  const words = (on: IsoDate): string => shortDate(takenAt(on, zone), now, zone);
  const number = (devices: number | null): string => (devices === null ? '' : devices.toLocaleString('en-GB'));
  const first = points[0]?.on ?? today;
  const last = points.at(-1)?.on ?? today;
  const top = roundUp(
    Math.max(1, ...points.flatMap(({ baseline, forecast, actual }) => [baseline ?? 0, forecast ?? 0, actual ?? 0])),
  );
  const length = Math.max(1, daysBetween(first, last));
  const place: Place = {
    x: (on) => Math.round(LEFT + ((RIGHT - LEFT) * daysBetween(first, on)) / length),
    y: (devices) => Math.round(BOTTOM - ((BOTTOM - TOP) * devices) / top),
  };
  const at = points.find(({ on }) => on === today);
  const todayX = place.x(today);
  return {
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: RIGHT,
    top: TOP,
    bottom: BOTTOM,
    // One day alone is no line.
    lines: LINES.map(({ of, ...line }) => ({ ...line, path: path(points, of, place) })).filter((line) =>
      line.path.includes('L'),
    ),
    scale: [0, top / 2, top]
      .filter(Number.isInteger)
      .map((devices) => ({ y: place.y(devices), label: number(devices) })),
    today: { x: todayX, anchor: todayX > (LEFT + RIGHT) / 2 ? 'end' : 'start' },
    ends: [
      { x: LEFT, anchor: 'start', label: words(first) },
      { x: RIGHT, anchor: 'end', label: words(last) },
    ],
    description: `On ${words(today)}, ${number(at?.actual ?? 0)} devices remained. By the original dates ${number(at?.baseline ?? 0)} would have. The last day shown is ${words(last)}. The table below has the same figures.`,
    rows: points.map(({ on, baseline, forecast, actual }) => ({
      on: words(on),
      today: on === today,
      baseline: number(baseline),
      forecast: number(forecast),
      actual: number(actual),
    })),
    withoutDate,
    many: points.length > 1,
    past,
  };
}
