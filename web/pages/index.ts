import { type FastifyInstance } from 'fastify';
import { type Site } from '../site';
import { accessLogPages } from './access-log';
import { accountPages } from './account';
import { casePage } from './case';
import { caseActionPages } from './case-actions';
import { caseBatchPages } from './case-batches';
import { caseListPages } from './case-list';
import { checkPages } from './check';
import { dashboardPages } from './dashboard';
import { decisionPages } from './decisions';
import { departmentPages } from './department';
import { departmentListPages } from './department-list';
import { devicePages } from './device';
import { deviceListPages } from './device-list';
import { evidencePages } from './evidence';
import { referencePages } from './reference';
import { signInPages } from './sign-in';
import { signInLinkPages } from './sign-in-link';
import { sitePages } from './site';
import { siteAssessmentPages } from './site-assessment';
import { siteListPages } from './site-list';
import { staticPages } from './static';
import { taskLinkPages } from './task-links';
import { taskPages } from './tasks';
import { usersPages } from './users';
import { usersGrantPages } from './users-grant';

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
  siteAssessmentPages,
  taskLinkPages,
  referencePages,
  taskPages,
  evidencePages,
];

export function servePages(server: FastifyInstance, site: Site): void {
  for (const pages of PAGES) pages(server, site);
}
