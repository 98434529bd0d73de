/** A form of a page, as a browser would send it. */
export interface Form {
  readonly method: 'get' | 'post';
  /** Path of this server. */
  readonly action: string;
  /** What is sent where nobody touches anything: names may repeat. */
  readonly preset: readonly (readonly [name: string, value: string])[];
  /** Every name that may be sent, hidden ones too. */
  readonly names: readonly string[];
  /** Values that can be chosen, by name. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

type Attributes = Readonly<Record<string, string>>;

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

function attributesOf(tag: string): Attributes {
  const pairs = [...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].slice(1);
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, unescaped(value ?? '')]));
}

const CONTROL = /<(?:input|button)\b[^>]*>|<textarea\b[^>]*>[\s\S]*?<\/textarea>|<select\b[^>]*>[\s\S]*?<\/select>/g;

/** @param path of the page, which a form without an address of its own is sent to */
function formOf(opening: string, inner: string, path: string): Form {
  const { method = 'get', action = path } = attributesOf(opening);
  const preset: [string, string][] = [];
  const names = new Set<string>();
  const choices = new Map<string, string[]>();
  const choose = (name: string, value: string): void => void choices.set(name, [...(choices.get(name) ?? []), value]);
  for (const [tag] of inner.matchAll(CONTROL)) {
    const attributes = attributesOf(/^<[^>]*>/.exec(tag)![0]);
    const { name, value = '', type = 'text' } = attributes;
    if (name === undefined || 'disabled' in attributes) continue;
    names.add(name);
    if (tag.startsWith('<textarea')) {
      preset.push([name, unescaped(/>([\s\S]*?)<\/textarea>/.exec(tag)?.[1] ?? '')]);
    } else if (tag.startsWith('<select')) {
      const options = [...tag.matchAll(/<option[^>]*>/g)].map(([option]) => attributesOf(option));
      for (const option of options) choose(name, option['value'] ?? '');
      preset.push([name, (options.find((option) => 'selected' in option) ?? options[0])?.['value'] ?? '']);
    } else if (type === 'radio' || type === 'checkbox') {
      choose(name, value);
      if ('checked' in attributes) preset.push([name, value]);
    } else if (type !== 'file' && !tag.startsWith('<button')) {
      preset.push([name, value]);
    }
  }
  return { method: method.toLowerCase() === 'post' ? 'post' : 'get', action, preset, names: [...names], choices };
}

/** The forms of a page's HTML, as this server writes it. */
export function formsOf(html: string, path: string): readonly Form[] {
  return [...html.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/g)].map(([, opening, inner]) =>
    formOf(opening!, inner!, path),
  );
}

/** Addresses of this server that a page's HTML links to. */
export function linksOf(html: string): readonly string[] {
  return [...html.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)].map(([, href]) => unescaped(href!));
}
