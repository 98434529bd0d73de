import { type Choice } from './view';

/** Choices of a closed set, as people read them. */
export function choicesOf<const Value extends string>(
  values: readonly Value[],
  shown: Readonly<Record<Value, string>>,
): readonly Choice[] {
  return values.map((value) => ({ value, text: shown[value] }));
}
