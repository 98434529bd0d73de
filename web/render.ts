import { Environment, FileSystemLoader } from 'nunjucks';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../platform/paths';

const resolve = createRequire(join(packageRoot(), 'package.json')).resolve;
const folderOf = (name: string): string => dirname(resolve(`${name}/package.json`));

const templates = new FileSystemLoader(
  [
    join(packageRoot(), 'web', 'templates'),
    join(folderOf('govuk-frontend'), 'dist'),
    folderOf('@ministryofjustice/frontend'),
  ],
  { noCache: false, watch: false },
);

// Undefined values are allowed since the macros of govuk-frontend rely on it.
const environment = new Environment(templates, { autoescape: true, trimBlocks: true, lstripBlocks: true });

/** A page, every value escaped. @param template a path under web/templates */
export function render(template: string, view: object): string {
  return environment.render(template, view);
}
