import { LONGEST_ACKNOWLEDGEMENT } from '../../app/command-body';
import { type BulkAction } from '../../domain/tasks/words';
import { EXTENSION_REASONS, type ExtensionReason } from '../../domain/lifecycle';
import { type FileKind } from '../../domain/evidence';
import { ASSESSMENT_RESULTS, type AssessmentResult, isOneOf } from '../../domain/vocabulary';

/** What a form about many devices asks for, beside which devices. */
export type TaskField = 'result' | 'on' | 'reason' | 'text' | 'days' | 'note' | 'file';

/** The fields of each action's form, in their order. */
export const FIELDS: Readonly<Record<BulkAction, readonly TaskField[]>> = {
  'record-assessment': ['result', 'note', 'file'],
  'confirm-disconnection': ['note', 'file'],
  'schedule-replacement': ['on'],
  'confirm-removal': ['note', 'file'],
  'verify-removal': ['note', 'file'],
  acknowledge: ['days'],
  'request-extension': ['on', 'reason', 'text'],
};

export const RESULT_SHOWN: Readonly<Record<AssessmentResult, string>> = {
  covered: 'On the list: it must be removed',
  'not-covered': 'Not on the list',
  'not-found': 'Not found',
  'already-removed': 'Removed already',
};

export const RESULT_HINT: Readonly<Record<AssessmentResult, string>> = {
  covered: '',
  'not-covered':
    'Needs evidence: a photo of its label, an invoice, or in the note what you read and where. The security officer agrees.',
  'not-found': 'Say in the note where and when you looked.',
  'already-removed': 'Somebody else will check that it has gone.',
};

export const KIND_SHOWN: Readonly<Record<FileKind, string>> = {
  photo: 'Photo',
  'work-order': 'Work order',
  scan: 'Scan of the network',
  certificate: 'Disposal certificate',
};

/** Days for which somebody may say that they are on it, the longest first. */
export const ACKNOWLEDGE_DAYS: readonly number[] = Array.from(
  { length: LONGEST_ACKNOWLEDGEMENT },
  (_, index) => LONGEST_ACKNOWLEDGEMENT - index,
);

export const isResult = (text: string): text is AssessmentResult => isOneOf(ASSESSMENT_RESULTS, text);
export const isReason = (text: string): text is ExtensionReason => isOneOf(EXTENSION_REASONS, text);
