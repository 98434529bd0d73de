import { type FastifyInstance } from 'fastify';
import { type Site } from '../site';
import { caseBatchPages } from './case-batches';
import { caseListPages } from './case-list';
import { checkPages } from './check';
import { deviceListPages } from './device-list';
import { siteListPages } from './site-list';
import { casePage } from './case';
import { caseActionPages } from './case-actions';
import { evidencePages } from './evidence';
import { referencePages } from './reference';
import { staticPages } from './static';
import { taskLinkPages } from './task-links';
import { taskPages } from './tasks';

type Pages = (server: FastifyInstance, site: Site) => void;

/** Every family of pages. */
const PAGES: readonly Pages[] = [
  staticPages,
  checkPages,
  caseListPages,
  caseBatchPages,
  deviceListPages,
  siteListPages,
  casePage,
  caseActionPages,
  taskLinkPages,
  referencePages,
  taskPages,
  evidencePages,
];

export function servePages(server: FastifyInstance, site: Site): void {
  for (const pages of PAGES) pages(server, site);
}
