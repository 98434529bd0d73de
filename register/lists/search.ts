/** An ILIKE pattern for what contains a text as it is: `%`, `_` and `\` in it mean themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
