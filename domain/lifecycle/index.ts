export * from './commands';
export { type Decision, decide } from './decide';
export * from './events';
export { evolve } from './evolve';
export { type CaseProjection, type Milestone, project } from './projection';
export { rebuild } from './rebuild';
export type { Rejection, RejectionCode } from './rejection';
export * from './state';
export { nextWake, rungsInHand } from './tick';
