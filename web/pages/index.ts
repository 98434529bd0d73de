import { type FastifyInstance } from 'fastify';
import { type Site } from '../site';
import { evidencePages } from './evidence';
import { referencePages } from './reference';
import { staticPages } from './static';
import { taskLinkPages } from './task-links';
import { taskPages } from './tasks';

type Pages = (server: FastifyInstance, site: Site) => void;

/** Every family of pages. */
const PAGES: readonly Pages[] = [staticPages, taskLinkPages, referencePages, taskPages, evidencePages];

export function servePages(server: FastifyInstance, site: Site): void {
  for (const pages of PAGES) pages(server, site);
}
