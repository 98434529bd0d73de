import { type FastifyInstance } from 'fastify';
import { type Site } from '../site';
import { accessLogPages } from './access-log';
import { accountPages } from './account';
import { caseBatchPages } from './case-batches';
import { caseListPages } from './case-list';
import { checkPages } from './check';
import { dashboardPages } from './dashboard';
import { deviceListPages } from './device-list';
import { devicePages } from './device';
import { departmentPages } from './department';
import { departmentListPages } from './department-list';
import { siteListPages } from './site-list';
import { sitePages } from './site';
import { casePage } from './case';
import { caseActionPages } from './case-actions';
import { signInPages } from './sign-in';
import { signInLinkPages } from './sign-in-link';
import { staticPages } from './static';
import { usersPages } from './users';
import { usersGrantPages } from './users-grant';
import { decisionPages } from './decisions';
import { evidencePages } from './evidence';
import { referencePages } from './reference';
import { staticPages } from './static';
import { taskLinkPages } from './task-links';
import { taskPages } from './tasks';

type Pages = (server: FastifyInstance, site: Site) => void;

/** Every family of pages. */
const PAGES: readonly Pages[] = [
  staticPages,
  signInPages,
  signInLinkPages,
  accountPages,
  usersPages,
  usersGrantPages,
  accessLogPages,
  dashboardPages,
  checkPages,
  caseListPages,
  caseBatchPages,
  deviceListPages,
  devicePages,
  siteListPages,
  sitePages,
  departmentListPages,
  departmentPages,
  casePage,
  caseActionPages,
  decisionPages,
  taskLinkPages,
  referencePages,
  taskPages,
  evidencePages,
];

export function servePages(server: FastifyInstance, site: Site): void {
  for (const pages of PAGES) pages(server, site);
}
