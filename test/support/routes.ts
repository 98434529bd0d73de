import { type FastifyInstance } from 'fastify';

/** A method and an address of the server, parameters as `:name`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

const LINE = /^((?:│ {3}| {4})*)(?:├|└)── (\S*?)(?: \(([A-Z, ]+)\))?$/;

/**
 * Every route that a server has, read from what it says of itself, so that a test which walks them forgets none.
 * @throws Error where something that was read is no route of the server
 */
export function routesOf(server: FastifyInstance): readonly Route[] {
  const prefixes: string[] = [];
  const routes = server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = LINE.exec(line) ?? [];
      if (part === '') throw new Error(`not understood: ${line}`);
      const depth = indent.length / 4;
      const path = (depth === 0 ? '' : prefixes[depth - 1]!) + part;
      prefixes[depth] = path;
      return methods === '' ? [] : methods.split(', ').map((method) => ({ method, path }));
    });
  const wrong = routes.filter(({ method, path }) => !server.hasRoute({ method: method as 'GET', url: path }));
  if (wrong.length > 0) throw new Error(`no routes of the server: ${JSON.stringify(wrong)}`);
  return routes;
}
