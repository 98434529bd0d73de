/** `0000`, and the like with a second part for negative numbers. */
const PADS = /^0{2,}(?:;.*)?$/;
const FORMAT = /<numFmt\b[^>]*>/g;
const STYLES = /<cellXfs\b[^>]*>([\s\S]*?)<\/cellXfs>/;
const STYLE = /<xf\b[^>]*>/g;

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];
}

/**
 * The styles of a workbook that show a number with zeros in front of it, as people format asset numbers: 12 as 0012.
 * @param xml its `xl/styles.xml`
 * @returns their numbers, as cells name them
 */
export function paddingStyles(xml: string): ReadonlySet<string> {
  const formats = new Set(
    [...xml.matchAll(FORMAT)].flatMap(([tag]) =>
      PADS.test(attribute(tag, 'formatCode') ?? '') ? [attribute(tag, 'numFmtId')] : [],
    ),
  );
  if (formats.size === 0) return new Set();
  const styles = [...(STYLES.exec(xml)?.[1] ?? '').matchAll(STYLE)];
  return new Set(styles.flatMap(([tag], index) => (formats.has(attribute(tag, 'numFmtId')) ? [String(index)] : [])));
}

/** True where a cell of a sheet holds a number in one of these styles. @param tag its start tag */
export function isPadded(tag: string, styles: ReadonlySet<string>): boolean {
  return !tag.endsWith('/>') && (attribute(tag, 't') ?? 'n') === 'n' && styles.has(attribute(tag, 's') ?? '');
}
