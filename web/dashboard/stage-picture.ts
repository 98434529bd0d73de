/** A bar of a picture: how much of it must be removed and how much is still to be looked at. */
export interface Bar {
  readonly label: string;
  readonly mustGo: number;
  readonly toLookAt: number;
}

const WIDTH = 340;
const LEFT = 4;
const LONGEST = 270;
const STEP = 46;

/** Bars one under another, their words above them, so that they can be read on a phone. */
export function barsPicture(bars: readonly Bar[]) {
  const most = Math.max(1, ...bars.map(({ mustGo, toLookAt }) => mustGo + toLookAt));
  const long = (devices: number): number => (devices === 0 ? 0 : Math.max(2, Math.round((LONGEST * devices) / most)));
  return {
    width: WIDTH,
    height: bars.length * STEP + 6,
    left: LEFT,
    bars: bars.map(({ label, mustGo, toLookAt }, index) => {
      const first = long(mustGo);
      const second = long(toLookAt);
      return {
        label,
        y: index * STEP + 16,
        first,
        second,
        secondX: LEFT + first,
        endX: LEFT + first + second + 6,
        total: (mustGo + toLookAt).toLocaleString('en-GB'),
      };
    }),
    description: bars
      .map(({ label, mustGo, toLookAt }) => `${label}: ${(mustGo + toLookAt).toLocaleString('en-GB')}`)
      .join('. '),
  };
}
