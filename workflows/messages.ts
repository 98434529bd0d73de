import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CaseEvent, CaseFacts, CaseProjection, CaseState, Command, Plan } from '../domain/lifecycle';
import type { LadderPosition, Rung } from '../domain/ladder/ladder';
import type { Notice } from '../domain/notices/notices';
import type { WorkStage } from '../domain/vocabulary';

/** Where workers of this product poll. */
export const TASK_QUEUE = 'clearsite';

/** Workflow types, as registered. */
export const DEVICE_REMOVAL = 'deviceRemoval';

/** The workflow id of a case; opaque, since ids bypass encryption. */
export function workflowIdOf(caseId: string): string {
  return `removal/${caseId}`;
}

/** What a case starts with; after continue-as-new also what it carries on with. */
export interface DeviceRemovalInput {
  readonly facts: CaseFacts;
  /** Null until the programme has started: no clock runs. */
  readonly plan: Plan | null;
  readonly rungs: readonly Rung[];
  readonly carried?: CaseState;
}

/** What a person or program is told about a command that was accepted and recorded. */
export interface CommandAnswer {
  readonly commandId: string;
  readonly revision: number;
  readonly sequence: number;
}

/** The type of the refusal of a command that came while the history was about to start afresh: to be sent again at once. */
export const STARTING_AFRESH = 'starting-afresh';

/** Everything that people and programs ask of a case. Its id is the command's id; refused ones fail with the rejection's code as type. */
export const actUpdate = defineUpdate<CommandAnswer, [Command]>('act');

/** What `caseQuery` answers. */
export interface CaseView {
  readonly state: CaseState;
  readonly projection: CaseProjection | null;
  readonly nextWake: string | null;
  readonly rungs: readonly Rung[];
}

export const caseQuery = defineQuery<CaseView>('case');

export const stageAttribute = defineSearchAttributeKey('ClearsiteStage', SearchAttributeType.KEYWORD);
export const departmentAttribute = defineSearchAttributeKey('ClearsiteDepartment', SearchAttributeType.KEYWORD);
export const programmeAttribute = defineSearchAttributeKey('ClearsiteProgramme', SearchAttributeType.KEYWORD);

/** A ladder that runs short of rungs. */
export interface RungRequest extends LadderPosition {
  readonly stage: WorkStage;
}

/** One batch for the register: written whole, in one transaction, once. */
export interface RecordInput {
  readonly caseId: string;
  readonly events: readonly CaseEvent[];
  readonly projection: CaseProjection;
  readonly notices: readonly Notice[];
  readonly ladders: readonly RungRequest[];
}

export interface RecordResult {
  /** Further rungs of the ladders asked for. */
  readonly rungs: readonly Rung[];
}

/** The activities that workflows of this product call. */
export interface Activities {
  /**
   * Writes a batch. Retried until it succeeds; the same batch twice is written once.
   * @throws ApplicationFailure `digest-clash` or `sequence-gap`, which `doctor` reports
   */
  record(input: RecordInput): Promise<RecordResult>;
  /** Sends the mail that is due. */
  deliverMail(): Promise<{ readonly sent: number; readonly failed: number }>;
  /** Opens cases whose workflow has not started and repairs what is out of step. */
  reconcile(): Promise<{ readonly opened: number; readonly findings: number }>;
}
