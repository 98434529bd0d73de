import { type CaseAction } from './case-actions';
import { type Impossible } from './deadlines/latest-safe';
import { RULE_NAMES, RULES, type Rule } from './deadlines/plan';
import { type EvidenceKind } from './evidence';
import { type Ask, type ExtensionReason } from './lifecycle/requests';
import { type AssessmentResult, isOneOf } from './vocabulary';
import { SENSITIVITY_SHOWN, STAGE_SHOWN } from './wording';
import { type Instant } from './records';

/** What people read for an action on a case, as what they are about to do. */
export const ACTION_SHOWN: Readonly<Record<CaseAction, string>> = {
  'record-assessment': 'Say what it is',
  'confirm-disconnection': 'Confirm that it is off the core network',
  'schedule-replacement': 'Give the date of the replacement',
  'confirm-removal': 'Confirm that it has been removed',
  'submit-evidence': 'Add evidence',
  'verify-removal': 'Confirm that you checked it has gone',
  'request-extension': 'Ask for more time',
  'decide-extension': 'Decide about more time',
  'request-exception': 'Ask that it may stay for a time',
  'decide-exception': 'Decide whether it may stay',
  'move-upgrade': 'Change the date of the next upgrade',
  acknowledge: 'Tell us you are on it',
  reassign: 'Give the tasks to a colleague',
  retract: 'Take back a confirmation',
  withdraw: 'Withdraw the case',
  reopen: 'Reopen the case',
};

/** What somebody who looked at a device says that it is. */
export const RESULT_SHOWN: Readonly<Record<AssessmentResult, string>> = {
  covered: 'It is on the list and must be removed',
  'not-covered': 'It is not on the list',
  'not-found': 'It cannot be found',
  'already-removed': 'It has been removed already',
};

/** Why more time is asked for. */
export const EXTENSION_REASON_SHOWN: Readonly<Record<ExtensionReason, string>> = {
  funding: 'Money',
  supply: 'Supply of parts or equipment',
  labour: 'Nobody free to do it',
  access: 'Access to the site',
  landlord: 'The landlord',
  review: 'A review',
  other: 'Another reason',
};

export const EVIDENCE_KIND_SHOWN: Readonly<Record<EvidenceKind, string>> = {
  assertion: 'Somebody’s word',
  photo: 'Photo',
  'work-order': 'Work order',
  scan: 'Network scan',
  certificate: 'Disposal certificate',
};

const RULE_SHOWN: Readonly<Record<Rule, string>> = {
  [RULES.budget]: 'the working days that the policy gives this step',
  [RULES.removalDate]: 'the programme’s removal date for sites of this class',
  [RULES.upgrade]: 'the policy’s margin before the next scheduled upgrade',
  [RULES.beforeRemoval]: 'no later than removal, which it prepares',
  [RULES.extension]: 'more time that was agreed',
  [RULES.merged]: 'the date of another record of the same device',
};

/** A rule that had a say in a date, in words; a rule of another policy by its own name. */
export function ruleShown(rule: string): string {
  return isOneOf(RULE_NAMES, rule) ? RULE_SHOWN[rule] : rule;
}

/** Steps that are too late already for removal to be in time. */
export const IMPOSSIBLE_SHOWN: Readonly<Record<Impossible, string>> = {
  removal: 'removal is due already',
  order: 'a replacement ordered today comes too late',
  access: 'access asked for today comes too late',
};

/**
 * What is asked for, in words.
 * @param day how a day is written
 */
export function askWords(ask: Ask, day: (instant: Instant) => string): string {
  switch (ask.kind) {
    case 'extension':
      return `More time until ${day(ask.due)} for “${STAGE_SHOWN[ask.stage]}”`;
    case 'exception':
      return `To stay until ${day(ask.until)}`;
    case 'later-dates': {
      const { upgradeOn, sensitivity } = ask.facts;
      const upgrade =
        upgradeOn === null ? 'no upgrade is planned' : `next upgrade on ${day(`${upgradeOn}T12:00:00.000Z`)}`;
      return `Later dates: ${upgrade}, the site is ${SENSITIVITY_SHOWN[sensitivity].toLowerCase()}`;
    }
  }
}
