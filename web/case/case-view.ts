import { type ViewedCase } from '../../app/cases/for-viewer';
import { type MilestoneJson } from '../../app/cases/case-json';
import { evidenceKindShown } from '../../app/cases/trail-words';
import { findingShown, reasonsOf, slippageShown, stateShown } from '../../app/cases/words';
import { type Viewer } from '../../domain/access/roles';
import { ACTION_OF, turnOf } from '../../domain/case-actions';
import { ACTION_SHOWN, askWords, IMPOSSIBLE_SHOWN, ruleShown } from '../../domain/case-words';
import { count } from '../../domain/counted';
import { mailStateShown, noticeShown } from '../../domain/notices/shown';
import { type Instant } from '../../domain/records';
import { isOneOf, NETWORKS } from '../../domain/vocabulary';
import { NETWORK_SHOWN, OUTCOME_SHOWN, ROLE_SHOWN, SENSITIVITY_SHOWN, STAGE_SHOWN } from '../../domain/wording';
import { timelineOf } from './timeline';
import { CaseWording } from './wording';

/** Lines of the trail and letters that are shown at first; a link shows them all. */
const SHOWN = 50;

const TAGS = { green: 'green', amber: 'yellow', red: 'red' } as const;

function milestoneView(wording: CaseWording) {
  return (milestone: MilestoneJson) => {
    const { stage, baseline, due, forecast, actual, skipped, slippageDays } = milestone;
    const reasons = reasonsOf(milestone).map(({ rule, due: by }) => `${wording.day(by)}: ${ruleShown(rule)}`);
    return {
      stage: STAGE_SHOWN[stage],
      skipped,
      baseline: wording.day(baseline),
      due: wording.day(due),
      forecast: actual === null ? wording.day(forecast) : '',
      actual: wording.day(actual),
      slippage: slippageShown(slippageDays),
      reasons: skipped ? [] : reasons,
    };
  };
}

function turnView({ shown, maySee }: ViewedCase, viewer: Viewer) {
  return shown.turn.map(({ stage, role, contacts }) => ({
    stage: STAGE_SHOWN[stage],
    role: ROLE_SHOWN[role],
    people: maySee.names ? contacts.map(({ name }) => name).join(', ') : '',
    nobody: contacts.length === 0,
    yours: contacts.some(({ contactId }) => contactId === viewer.id),
  }));
}

/** The actions that do what the case waits for, then all others. */
function offersView({ shown, offers, proposed }: ViewedCase) {
  const now: readonly string[] = turnOf(shown).map((stage) => ACTION_OF[stage]);
  const link = (action: (typeof offers)[number]) => ({
    text: ACTION_SHOWN[action],
    href: `/cases/${shown.caseId}/actions/${action}`,
  });
  const agree = {
    text: 'Agree that it is not on the list',
    href: `/cases/${shown.caseId}/actions/record-assessment?result=not-covered`,
  };
  const first = offers.filter((action) => now.includes(action));
  return {
    main: [...(proposed && first.includes('record-assessment') ? [agree] : []), ...first.map(link)],
    others: offers.filter((action) => !now.includes(action)).map(link),
  };
}

function safeView({ shown }: ViewedCase, { day }: CaseWording) {
  if (shown.latestSafe === null) return null;
  const { order, access, schedule, impossible } = shown.latestSafe;
  return {
    rows: [
      { step: 'Order the replacement', by: day(order) },
      {
        step: 'Ask for access to the site',
        by: access === null ? 'The site has not said what notice it needs' : day(access),
      },
      { step: 'Book the day', by: day(schedule) },
    ],
    impossible: impossible.map((step) => IMPOSSIBLE_SHOWN[step]),
  };
}

function requestsView({ shown, person, toDecide }: ViewedCase, wording: CaseWording) {
  return shown.requests.map((one) => ({
    requestId: one.requestId,
    what: askWords(one.ask, wording.day),
    control: one.ask.kind === 'exception' ? one.ask.control : '',
    text: one.text,
    by: person(one.requestedBy),
    at: wording.moment(one.requestedAt),
    state: REQUEST_STATES[one.state],
    decided: one.decidedBy === null ? '' : `${person(one.decidedBy)}, ${wording.day(one.decidedAt)}`,
    conditions: one.conditions ?? '',
    yours: toDecide.includes(one.requestId),
  }));
}

export const REQUEST_STATES = {
  pending: 'Waits for a decision',
  agreed: 'Agreed',
  refused: 'Refused',
  superseded: 'Overtaken: nothing to decide any more',
  lapsed: 'The case ended before it was decided',
} as const;

function factsView({ shown, site }: ViewedCase) {
  const { device } = shown;
  const row = (key: string, value: string | readonly string[] | null | undefined) => {
    const values = [value ?? []].flat().filter((one) => one !== '');
    return values.length === 0 ? [] : [{ key, values }];
  };
  return {
    device: [
      ...row('Asset', shown.assetId),
      ...row('Held to be', findingShown(shown)),
      ...row('Make', device?.make),
      ...row('Model', device?.model),
      ...row('Kind', device?.deviceType),
      ...row('Serial number', device?.serial),
      ...row('MAC address', device?.mac),
      ...row(
        'Network',
        device === null ? null : isOneOf(NETWORKS, device.network) ? NETWORK_SHOWN[device.network] : device.network,
      ),
      ...row(
        'Why it is held to be that',
        device?.reasons.map(({ text }) => text),
      ),
    ],
    site: [
      ...row('Site', `${site.name} (${site.siteId})`),
      ...row('Department', `${site.departmentName} (${site.departmentId})`),
      ...row('Class', SENSITIVITY_SHOWN[site.sensitivity]),
      ...row('Controlled by', site.controlledBy),
      ...row('Notice that access needs', site.accessLeadDays === null ? null : count(site.accessLeadDays, 'day')),
    ],
  };
}

/** Which parts of a long page are wanted in full. */
export interface Wanted {
  readonly everything: 'everything' | 'newest';
}

function newest<T>(items: readonly T[], { everything }: Wanted): readonly T[] {
  const latestFirst = [...items].reverse();
  return everything === 'everything' ? latestFirst : latestFirst.slice(0, SHOWN);
}

/** A case page: everything in words, what happens next first. */
export function caseView(viewed: ViewedCase, viewer: Viewer, now: Instant, wanted: Wanted) {
  const { shown, site, person, maySee } = viewed;
  const wording = new CaseWording(viewed);
  const { day, moment } = wording;
  const turn = turnView(viewed, viewer);
  const milestones = shown.milestones.map(milestoneView(wording));
  const { device } = shown;
  return {
    title: `${shown.assetId}, ${site.name}`,
    caseId: shown.caseId,
    assetId: shown.assetId,
    caption: device === null ? '' : [device.make, device.model, device.deviceType].filter(Boolean).join(' · '),
    crumbs: [
      { text: 'Cases', href: '/cases' },
      { text: site.name, href: `/sites/${encodeURIComponent(site.siteId)}` },
    ],
    state: { text: stateShown(shown, now), colour: shown.rag === null ? 'grey' : TAGS[shown.rag] },
    away: viewed.workflows === 'away',
    closed:
      shown.status === 'closed'
        ? { outcome: shown.outcome === null ? '' : OUTCOME_SHOWN[shown.outcome], on: day(shown.closedAt) }
        : null,
    next: shown.nextAction,
    due: day(shown.due),
    distance: viewed.distance,
    turn,
    yours: turn.some((one) => one.yours),
    acknowledgedUntil: day(shown.acknowledgedUntil),
    exception:
      shown.exception === null
        ? null
        : {
            until: day(shown.exception.until),
            renewed: shown.exception.renewals === 0 ? '' : count(shown.exception.renewals, 'time'),
          },
    reopenedBecause: shown.reopenedBecause,
    withheld: viewed.withheld,
    offers: offersView(viewed),
    waiting: requestsView(viewed, wording).filter(({ state }) => state === REQUEST_STATES.pending),
    milestones,
    reasons: milestones.filter(({ reasons }) => reasons.length > 0),
    picture: timelineOf(shown.milestones, now, day),
    safe: safeView(viewed, wording),
    requests: requestsView(viewed, wording),
    evidence: shown.evidence.map((one) => ({
      evidenceId: one.evidenceId,
      when: moment(one.submittedAt),
      stage: STAGE_SHOWN[one.stage],
      kind: evidenceKindShown(one.kind),
      note: one.note,
      file: one.file?.fileName ?? '',
      by: person(one.submittedBy),
    })),
    facts: factsView(viewed),
    spells: viewed.otherSpells.map(({ caseId, spell, status, outcome, openedAt, closedAt }) => ({
      caseId,
      spell,
      state: status === 'closed' ? (outcome === null ? 'Closed' : OUTCOME_SHOWN[outcome]) : 'Open',
      opened: day(openedAt),
      closed: day(closedAt),
    })),
    mail: newest(shown.mail, wanted).map((letter) => ({
      when: moment(letter.sentAt ?? letter.writtenAt),
      about: [...new Set(letter.about.map(({ kind }) => noticeShown(kind)))].join(', '),
      to: person(letter.contactId),
      state: mailStateShown(letter.state),
      subject: letter.subject ?? '',
    })),
    moreMail: wanted.everything === 'newest' ? Math.max(0, shown.mail.length - SHOWN) : 0,
    trail: maySee.audit
      ? newest(shown.audit, wanted).map((event) => ({ number: event.sequence, ...wording.line(event) }))
      : null,
    moreTrail: wanted.everything === 'newest' ? Math.max(0, shown.audit.length - SHOWN) : 0,
  };
}
