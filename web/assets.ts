import { type FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../platform/paths';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="4" fill="#12436D"/><path d="M7 17l6 6L25 10" fill="none" stroke="#fff" stroke-width="4"/></svg>`;

/** A file that is served under a name that changes with its content, so that browsers may keep it for ever. */
interface Asset {
  readonly path: string;
  readonly type: string;
  /** By content encoding; `identity` is there always. */
  readonly bodies: Readonly<Record<string, Buffer>>;
}

function named(name: string, extension: string, type: string, bodies: Asset['bodies'] & { identity: Buffer }): Asset {
  const hash = createHash('sha256').update(bodies.identity).digest('hex').slice(0, 12);
  return { path: `/assets/${name}.${hash}.${extension}`, type, bodies };
}

/** The paths of what pages refer to. */
export interface Assets {
  readonly styles: string;
  readonly icon: string;
}

const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Serves styles and icon from memory, compressed when they were built.
 * @throws where `npm run build` has not been run
 */
export function serveAssets(server: FastifyInstance): Assets {
  const folder = join(packageRoot(), 'dist', 'web', 'assets');
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const styles = named('clearsite', 'css', 'text/css; charset=utf-8', {
    identity: read('clearsite.css'),
    gzip: read('clearsite.css.gz'),
    br: read('clearsite.css.br'),
  });
  const icon = named('icon', 'svg', 'image/svg+xml', { identity: Buffer.from(ICON) });
  for (const { path, type, bodies } of [styles, icon]) {
    server.get(path, { config: { public: true } }, (request, reply) => {
      const accepted = String(request.headers['accept-encoding'] ?? '');
      const encoding = ['br', 'gzip'].find((name) => name in bodies && accepted.includes(name)) ?? 'identity';
      if (encoding !== 'identity') void reply.header('content-encoding', encoding);
      return reply.headers({ 'cache-control': FOREVER, vary: 'accept-encoding' }).type(type).send(bodies[encoding]);
    });
  }
  return { styles: styles.path, icon: icon.path };
}
