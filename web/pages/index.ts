import { type FastifyInstance } from 'fastify';
import { type Site } from '../site';
import { staticPages } from './static';

type Pages = (server: FastifyInstance, site: Site) => void;

/** Every family of pages. */
const PAGES: readonly Pages[] = [staticPages];

export function servePages(server: FastifyInstance, site: Site): void {
  for (const pages of PAGES) pages(server, site);
}
