import { type CaseEvent } from '../lifecycle/events';
import { type Ask } from '../lifecycle/requests';
import { type CaseState, currentStages } from '../lifecycle/state';
import { type Role, type WorkStage } from '../vocabulary';
import { DOER, type Notice, type NoticeDetails, type NoticeKind } from './notice';

/** The stage that a request is about, else the one whose turn it is. */
function stageOf(ask: Ask, state: CaseState): WorkStage {
  return ask.kind === 'extension' ? ask.stage : (currentStages(state)[0] ?? 'verify');
}

function wanted(ask: Ask): NoticeDetails {
  switch (ask.kind) {
    case 'extension':
      return { what: 'extension', wanted: ask.due, reason: ask.reason };
    case 'exception':
      return { what: 'exception', wanted: ask.until, reason: null };
    case 'later-dates':
      return { what: 'upgrade', wanted: ask.facts.upgradeOn, reason: null };
  }
}

/** The asker's posts and whoever does the work, each once; nobody who only decides. */
function concerned(roles: readonly Role[], stage: WorkStage): Role[] {
  return [...new Set([DOER[stage], ...roles.filter((role) => role !== 'programme-manager' && role !== 'sro')])];
}

/**
 * What people are told because of one event about requests, exceptions, acknowledgements or moved dates.
 * @param events all of the batch
 * @param before the state before the batch
 * @param after the state after it
 */
export function noticesOfRequest(
  event: CaseEvent,
  events: readonly CaseEvent[],
  before: CaseState,
  after: CaseState,
  caseId: string,
): Notice[] {
  const { sequence } = event;
  const notice = (kind: NoticeKind, stage: WorkStage, to: readonly Role[], details: NoticeDetails): Notice => ({
    kind,
    key: `${caseId}/${stage}/${kind}/${sequence}`,
    stage,
    due: after.stages[stage].due,
    days: null,
    to,
    details,
    sequence,
  });
  switch (event.type) {
    case 'requested': {
      const { ask, requestId, needs } = event;
      return [notice('decision', stageOf(ask, after), [needs], { requestId, ...wanted(ask) })];
    }
    case 'decided': {
      const { ask, verdict, conditions, roles, was } = event;
      const stage = stageOf(ask, after);
      const to = concerned(roles, stage);
      const yes = verdict === 'agreed';
      if (ask.kind === 'exception')
        return [
          yes
            ? notice('stay-agreed', stage, to, { until: ask.until, renewals: after.exceptionsAgreed - 1, conditions })
            : notice('stay-refused', stage, to, { reason: conditions }),
        ];
      if (ask.kind === 'later-dates')
        return yes ? [] : [notice('more-time-refused', stage, to, { wanted: ask.facts.upgradeOn, reason: conditions })];
      return [
        yes
          ? notice('more-time-agreed', stage, to, { was, conditions })
          : notice('more-time-refused', stage, to, { wanted: ask.due, reason: conditions }),
      ];
    }
    case 'exception-ended': {
      const stage = currentStages(after)[0] ?? 'verify';
      const to: Role[] = [...new Set<Role>([DOER[stage], 'security-officer', 'programme-manager'])];
      return [notice('stay-ended', stage, to, { until: event.until })];
    }
    case 'acknowledgement-expired':
      return event.stages.map((stage) => notice('still-open', stage, [DOER[stage]], { saidOn: event.saidOn }));
    case 'planned': {
      // The first plan brings the task itself; an extension its own answer.
      if (before.planNumber === 0) return [];
      const current = currentStages(after);
      const answered = extendedBy(event, events);
      return event.moved
        .filter(({ stage, was }) => was !== null && current.includes(stage) && stage !== answered)
        .map(({ stage, was }) => notice('date-moved', stage, [DOER[stage]], { was, reason: event.reason }));
    }
    default:
      return [];
  }
}

/** The stage whose extension made this plan: it is told as more time, not as a date that moved. */
function extendedBy({ commandId }: CaseEvent, events: readonly CaseEvent[]): WorkStage | null {
  const decided = events.find((event) => event.type === 'decided' && event.commandId === commandId);
  return decided?.type === 'decided' && decided.ask.kind === 'extension' ? decided.ask.stage : null;
}
