import { type CaseStatus } from './case-actions';
import {
  type Decision,
  type Nation,
  type Network,
  type Outcome,
  type Rag,
  type Role,
  type ScreeningResult,
  type Sensitivity,
  type Stage,
  type WorkStage,
} from './vocabulary';

/** What people read for a stage that work happens in. */
export const STAGE_WORDS: Readonly<Record<WorkStage, string>> = {
  assess: 'Confirm what it is',
  disconnect: 'Take it off the core network',
  schedule: 'Book the replacement',
  remove: 'Remove it',
  verify: 'Check it has gone',
};

/** What people read for a stage. */
export const STAGE_SHOWN: Readonly<Record<Stage, string>> = { ...STAGE_WORDS, closed: 'Closed' };

/** What people read for a finding on a site in scope; elsewhere a covered device is a {@link LISTED_ONLY}. */
export const SCREENING_SHOWN: Readonly<Record<ScreeningResult, string>> = {
  covered: 'Must be removed',
  suspect: 'Check the make',
  'unknown-make': 'Make not known',
  clear: 'Not on the list',
};

/** What people read for a covered device where no case is opened. */
export const LISTED_ONLY = 'Listed make, no removal required';

export const RAG_SHOWN: Readonly<Record<Rag, string>> = { green: 'On track', amber: 'At risk', red: 'Late' };

export const DECISION_SHOWN: Readonly<Record<Decision, string>> = {
  allow: 'You can install this',
  refer: 'Ask first',
  block: 'Do not install this',
};

export const ROLE_SHOWN: Readonly<Record<Role, string>> = {
  'task-owner': 'task owner',
  'security-officer': 'security officer',
  head: 'head of department',
  'programme-manager': 'programme manager',
  sro: 'SRO',
};

export const SENSITIVITY_SHOWN: Readonly<Record<Sensitivity, string>> = {
  sensitive: 'Sensitive',
  'not-sensitive': 'Not sensitive',
  unassessed: 'Not assessed yet',
};

export const NATION_SHOWN: Readonly<Record<Nation, string>> = {
  'england-and-wales': 'England and Wales',
  scotland: 'Scotland',
  'northern-ireland': 'Northern Ireland',
};

export const NETWORK_SHOWN: Readonly<Record<Network, string>> = {
  core: 'Core network',
  segregated: 'Network of its own',
  isolated: 'No network',
  unknown: 'Not known',
};

/** What people read for where a case stands. */
export const STATUS_SHOWN: Readonly<Record<CaseStatus, string>> = {
  opening: 'Being opened',
  open: 'Open',
  closed: 'Closed',
};

/** What people read for how a closed case ended. */
export const OUTCOME_SHOWN: Readonly<Record<Outcome, string>> = {
  removed: 'Removed',
  'not-covered': 'Not on the list after all',
  'not-found': 'Not found',
  duplicate: 'Recorded twice',
  'out-of-scope': 'No removal required any more',
  withdrawn: 'Taken out of the programme',
};
