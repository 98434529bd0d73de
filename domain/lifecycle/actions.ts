import { type EvidenceGrade, EVIDENCE_GRADES, type WorkStage } from '../vocabulary';
import { type Instant } from '../records';
import { unreachable } from '../errors';
import { STAGE_WORDS } from '../wording';
import { type Actor, type Command } from './commands';
import { type EventBody, type EvidenceRef } from './events';
import { type Ask } from './requests';
import { newer, planned } from './planned';
import { Refusal, insist } from './rejection';
import { decideRequest, request, revise } from './request-actions';
import { BARE_WORD, type CaseState, isSettled, type StageState } from './state';
import { text } from './text';
import { dueNow } from './tick';

function notYetDone(state: CaseState, stage: WorkStage): void {
  const { done, skipped } = state.stages[stage];
  insist(done === null, 'already-done', `"${STAGE_WORDS[stage]}" was already done on ${String(done).slice(0, 10)}.`);
  insist(!skipped, 'not-needed', `"${STAGE_WORDS[stage]}" is not needed for this device.`);
}

function after(state: CaseState, stage: WorkStage, ...earlier: readonly WorkStage[]): void {
  const missing = earlier.filter((other) => !isSettled(state.stages[other]));
  const names = missing.map((other) => `"${STAGE_WORDS[other]}"`).join(' and ');
  insist(missing.length === 0, 'not-yet', `"${STAGE_WORDS[stage]}" comes after ${names}.`);
}

function evidenceFor(stage: WorkStage, evidence: EvidenceRef | null): EventBody[] {
  return evidence === null ? [] : [{ type: 'evidence-submitted', evidence, stage }];
}

function bestGrade(evidence: readonly EvidenceRef[]): EvidenceGrade {
  const best = Math.max(0, ...evidence.map(({ grade }) => EVIDENCE_GRADES.indexOf(grade)));
  return EVIDENCE_GRADES[best] ?? BARE_WORD;
}

/** Security officers verify and agree; programme managers and the SRO may stand in for them. */
function mayJudge(actor: Actor): boolean {
  return actor.authority.some((role) => role === 'security-officer' || role === 'programme-manager' || role === 'sro');
}

function recordAssessment(state: CaseState, command: Extract<Command, { type: 'record-assessment' }>): EventBody[] {
  notYetDone(state, 'assess');
  const { result, evidence, actor } = command;
  const note = text(command.note);
  const finding = state.facts?.finding ?? 'covered';
  const assessed: EventBody = { type: 'assessed', result, note, finding };
  const given = evidenceFor('assess', evidence);
  switch (result) {
    case 'covered':
    case 'already-removed':
      return [...given, assessed];
    case 'not-found':
      insist(note !== '', 'note-needed', 'Say where and when you looked: a device that was not found closes its case.');
      return [...given, assessed, { type: 'closed', outcome: 'not-found', reason: note }];
    case 'not-covered':
      insist(
        evidence !== null || state.evidence.length > 0,
        'evidence-needed',
        'A device is not covered only with evidence: a photo of its label, an invoice, or what you read and where.',
      );
      if (mayJudge(actor)) return [...given, assessed, { type: 'closed', outcome: 'not-covered', reason: note }];
      insist(
        state.proposedBy === null,
        'already-done',
        'This was proposed before; it waits for the security officer to agree.',
      );
      return [...given, { type: 'assessment-proposed', result, note }];
    default:
      return unreachable(result);
  }
}

function scheduleReplacement(
  state: CaseState,
  command: Extract<Command, { type: 'schedule-replacement' }>,
  now: Instant,
): EventBody[] {
  after(state, 'schedule', 'assess');
  notYetDone(state, 'schedule');
  const { on, forecast } = command;
  insist(
    on >= now.slice(0, 10),
    'date-in-past',
    `${on} has passed: give the day on which the replacement will happen.`,
  );
  const upgradeOn = state.facts?.upgradeOn ?? null;
  // An upgrade that is over, or today, is not the next one any more: nothing can be booked before it.
  insist(
    upgradeOn === null || upgradeOn <= now.slice(0, 10) || on < upgradeOn,
    'after-upgrade',
    `${on} is not before the next scheduled upgrade on ${upgradeOn}: the replacement must not wait for it.`,
  );
  return [{ type: 'scheduled', on, forecast }];
}

/**
 * Who said that a stage is done, whether in their own name or typing it for another. An operator who types counts for
 * nobody: outside a demonstration operators judge nothing, so none can type the verification as well.
 */
function claimants({ by, typedBy }: StageState): string[] {
  return [...(by === null ? [] : [by]), ...(typedBy === null || typedBy.startsWith('ops:') ? [] : [typedBy])];
}

function verifyRemoval(state: CaseState, command: Extract<Command, { type: 'verify-removal' }>): EventBody[] {
  after(state, 'verify', 'assess', 'disconnect', 'schedule', 'remove');
  const { actor } = command;
  insist(
    mayJudge(actor),
    'not-allowed',
    'Only a security officer of the department, a programme manager or the SRO may verify that a device has gone; entered for somebody else, whoever types has to be one too (CLEARSITE_ACTOR).',
  );
  const remover = state.stages.remove.done === null ? state.stages.assess : state.stages.remove;
  const people = [actor.id, actor.enteredBy];
  insist(
    !claimants(remover).some((claimant) => people.includes(claimant)),
    'same-person',
    'Whoever said that the device was removed cannot verify it too: another person has to look.',
  );
  const note = text(command.note);
  const evidence = [...state.evidence, ...(command.evidence === null ? [] : [command.evidence])];
  return [
    ...evidenceFor('verify', command.evidence),
    { type: 'verified', note, bestGrade: bestGrade(evidence) },
    { type: 'closed', outcome: 'removed', reason: note },
  ];
}

/** The stages that must not be done when one is taken back. */
const BUILT_ON: Readonly<Record<WorkStage, readonly WorkStage[]>> = {
  assess: ['disconnect', 'schedule', 'remove'],
  disconnect: ['remove'],
  schedule: ['remove'],
  remove: [],
  verify: [],
};

function retract(state: CaseState, command: Extract<Command, { type: 'retract' }>): EventBody[] {
  const { stage } = command;
  const reason = text(command.reason);
  insist(reason !== '', 'reason-needed', 'Say why it was a mistake: the reason stays in the audit trail.');
  const proposed = stage === 'assess' && state.proposedBy !== null;
  insist(
    state.stages[stage].done !== null || proposed,
    'nothing-to-retract',
    `"${STAGE_WORDS[stage]}" has not been confirmed, so there is nothing to take back.`,
  );
  const later = BUILT_ON[stage].filter((other) => state.stages[other].done !== null);
  insist(
    later.length === 0,
    'later-stage-done',
    `Take back ${later.map((other) => `"${STAGE_WORDS[other]}"`).join(' and ')} first.`,
  );
  return [{ type: 'retracted', stage, reason }];
}

function acknowledge(state: CaseState, until: Instant, now: Instant, stages: readonly WorkStage[]): EventBody[] {
  insist(until > now, 'date-in-past', 'An acknowledgement must run until a later moment.');
  insist(
    until !== state.acknowledgedUntil || stages.some((stage) => !state.acknowledgedStages.includes(stage)),
    'unchanged',
    'This has been acknowledged until the same moment already.',
  );
  return [{ type: 'acknowledged', until, stages }];
}

/** The stage that evidence for a request speaks of. */
function stageOf(ask: Ask, current: readonly WorkStage[]): WorkStage {
  return ask.kind === 'extension' ? ask.stage : (current[0] ?? 'verify');
}

/**
 * What a command that may be heard makes happen.
 * @throws Refusal when the case is not in a state for it
 */
export function act(state: CaseState, command: Command, now: Instant, current: readonly WorkStage[]): EventBody[] {
  switch (command.type) {
    case 'open':
      return [
        { type: 'opened', facts: command.facts },
        ...(command.plan === null ? [] : [planned(state, command.plan, 'opened')]),
      ];
    case 'tick':
      return dueNow(state, command.rungs, now);
    case 'replan':
      newer(state, command.plan);
      return [planned(state, command.plan, text(command.reason))];
    case 'revise':
      return revise(state, command);
    case 'request':
      return [...evidenceFor(stageOf(command.ask, current), command.evidence), request(state, command, now)];
    case 'decide':
      return decideRequest(state, command, now);
    case 'record-assessment':
      return recordAssessment(state, command);
    case 'confirm-disconnection':
      after(state, 'disconnect', 'assess');
      notYetDone(state, 'disconnect');
      return [...evidenceFor('disconnect', command.evidence), { type: 'disconnected', note: text(command.note) }];
    case 'schedule-replacement':
      return scheduleReplacement(state, command, now);
    case 'confirm-removal':
      after(state, 'remove', 'assess', 'disconnect', 'schedule');
      notYetDone(state, 'remove');
      return [...evidenceFor('remove', command.evidence), { type: 'removed', note: text(command.note) }];
    case 'submit-evidence':
      return evidenceFor(current[0] ?? 'verify', command.evidence);
    case 'verify-removal':
      return verifyRemoval(state, command);
    case 'acknowledge':
      return acknowledge(state, command.until, now, current);
    case 'reassign':
      insist(command.to !== state.owner, 'unchanged', 'The tasks of this device are with that person already.');
      return [{ type: 'reassigned', to: command.to }];
    case 'retract':
      return retract(state, command);
    case 'withdraw': {
      const reason = text(command.reason);
      insist(reason !== '', 'reason-needed', 'Say why the case is withdrawn: the reason stays in the audit trail.');
      const kept = command.keptCaseId === undefined ? {} : { keptCaseId: command.keptCaseId };
      return [{ type: 'closed', outcome: command.outcome, reason, ...kept }];
    }
    case 'transfer': {
      const { siteId, departmentId } = command;
      const from = state.facts?.departmentId ?? departmentId;
      insist(
        siteId !== state.facts?.siteId || departmentId !== from,
        'unchanged',
        'The device is at that site already.',
      );
      return [{ type: 'transferred', siteId, departmentId, fromDepartmentId: from }];
    }
    case 'absorb': {
      const { caseId, assetId, plan } = command;
      if (plan !== null) newer(state, plan);
      const merged = plan === null ? [] : [planned(state, plan, `merged with ${caseId}`)];
      return [{ type: 'absorbed', caseId, assetId }, ...merged];
    }
    default:
      throw new Refusal('not-allowed', `No such action: ${String((command satisfies never as Command).type)}.`);
  }
}
