import { setFlagsFromString } from 'node:v8';

/** By how much the heap may grow over what lives in it before garbage is collected. Left alone it grows to several times as much. */
const GROWTH = 30;

/** Has this process collect garbage sooner, at the price of a little processor time. Call it before anything is allocated. */
export function keepMemoryLow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
