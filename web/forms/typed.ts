/** What somebody typed into a form, by the names of its fields. */
export type Typed = Readonly<Record<string, string>>;

/** Characters that no field takes and the register cannot keep; line breaks and tabs stay. */
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

function cleaned(value: unknown): string | null {
  // A field that is sent several times counts once; a page's own forms never send one so.
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' ? one.replace(/\r\n?/g, '\n').replace(CONTROL, '') : null;
}

/** The fields of a form, or of an address, as it was sent: texts only, each once, with the line breaks of Unix. */
export function typedOf(body: unknown): Typed {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      const text = cleaned(value);
      return text === null ? [] : [[name, text]];
    }),
  );
}
