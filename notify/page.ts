import { join } from 'node:path';
import { Environment, FileSystemLoader } from 'nunjucks';
import { packageRoot } from '../platform/paths';

const templates = new FileSystemLoader(join(packageRoot(), 'notify', 'templates'));
const html = new Environment(templates, { autoescape: true, throwOnUndefined: true });
const text = new Environment(templates, { autoescape: false, throwOnUndefined: true });

/** A template pair, `NAME.txt.njk` and `NAME.html.njk`, filled in: values escaped in HTML, nothing fetched from elsewhere. */
export function renderBoth(name: string, view: object): { readonly text: string; readonly html: string } {
  return { text: text.render(`${name}.txt.njk`, { view }), html: html.render(`${name}.html.njk`, { view }) };
}
