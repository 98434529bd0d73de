import { type Decision, type Rag, type Role, type ScreeningResult, type Stage, type WorkStage } from './vocabulary';

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
