import { join } from 'node:path';
import { Environment, FileSystemLoader } from 'nunjucks';
import { packageRoot } from '../platform/paths';
import { type MessageView } from './view';

const templates = new FileSystemLoader(join(packageRoot(), 'notify', 'templates'));
const html = new Environment(templates, { autoescape: true, throwOnUndefined: true });
const text = new Environment(templates, { autoescape: false, throwOnUndefined: true });

/** The message as HTML: every value escaped, nothing fetched from elsewhere. */
export function renderHtml(view: MessageView): string {
  return html.render('message.html.njk', { view });
}

/** The message as plain text; values are single lines already. */
export function renderText(view: MessageView): string {
  return text.render('message.txt.njk', { view });
}
