import { type ActionAnswer } from '../app/cases/act-on-case';
import { type MilestoneJson } from '../app/cases/case-json';
import { type CaseList } from '../app/cases/list';
import { type ShownCase } from '../app/cases/show';
import { findingShown, reasonsOf, slippageShown, stateShown } from '../app/cases/words';
import { IMPOSSIBLE_SHOWN } from '../domain/case-words';
import { type Instant } from '../domain/records';
import { ROLE_SHOWN, STAGE_SHOWN } from '../domain/wording';
import { dayShown, distanceShown, momentShown } from './days';
import { listEnd } from './lists';
import { count } from '../domain/counted';
import { printable } from './output';
import { askShown } from './requests-text';
import { table } from './table';

/** The list of cases: worst first. */
export function listText({ cases, total, next, zone }: CaseList, now: Instant): string {
  if (cases.length === 0) return total === 0 ? 'No case matches.' : `No more of the ${total} that match.`;
  const rows = cases.map((one) => [
    one.assetId,
    one.siteId,
    one.departmentId,
    findingShown(one),
    one.nextAction === '' ? STAGE_SHOWN[one.stage] : one.nextAction,
    one.due === null ? '' : `${dayShown(one.due, zone)}, ${distanceShown(one.due, now, zone)}`,
    stateShown(one, now),
  ]);
  const shown = table(['Asset', 'Site', 'Dept', 'Finding', 'Next', 'Due', 'State'], rows);
  return `${shown}\n${listEnd(cases.length, total, next)}`;
}

function heading(shown: ShownCase, now: Instant): string[] {
  const { device, due, zone, nextAction, turn, workflow } = shown;
  const thing = device === null ? '' : [device.make, device.model, device.deviceType].filter(Boolean).join(' · ');
  const place =
    device === null
      ? shown.siteId
      : `${device.siteName} (${shown.siteId}, ${device.sensitivity}), network ${device.network}`;
  const who = turn.map(({ stage, role, contacts }) => {
    const names = contacts.map(({ name }) => name).join(', ');
    return `  ${STAGE_SHOWN[stage]}: ${ROLE_SHOWN[role]}${names === '' ? ', and nobody can be reached' : `, ${names}`}`;
  });
  return [
    `${shown.assetId}   ${stateShown(shown, now)}   ${findingShown(shown)}`,
    ...(thing === '' ? [] : [thing]),
    `${place}, department ${shown.departmentId}`,
    `Case ${shown.caseId}, revision ${shown.revision}${shown.spell > 1 ? `, spell ${shown.spell} after ${String(shown.previousCaseId)}` : ''}`,
    ...(shown.reopenedBecause === null ? [] : [`Reopened: ${shown.reopenedBecause}`]),
    ...(nextAction === ''
      ? []
      : [
          '',
          `Next: ${nextAction}${due === null ? '' : `, due ${momentShown(due, zone)} (${distanceShown(due, now, zone)})`}`,
          ...who,
        ]),
    ...(shown.exception === null
      ? []
      : [
          `Allowed to stay until ${momentShown(shown.exception.until, zone)}${shown.exception.renewals === 0 ? '' : ` (renewed ${count(shown.exception.renewals, 'time')})`}.`,
        ]),
    ...safeDates(shown),
    ...(shown.allowedActions.length === 0 ? [] : [`Actions: ${shown.allowedActions.join(', ')}`]),
    ...(workflow.asked && workflow.nextWake !== null
      ? [`The next reminder goes out on ${momentShown(workflow.nextWake, zone)}.`]
      : []),
    ...(workflow.asked && workflow.unrecorded > 0
      ? [`${workflow.unrecorded} events are accepted and not recorded yet: what follows is a little behind.`]
      : []),
    ...(workflow.asked || shown.status === 'closed' ? [] : [`From the register alone: ${workflow.why}`]),
  ];
}

/** What has to be done by when for removal to be in time, or why it cannot be. */
function safeDates({ latestSafe, zone }: ShownCase): string[] {
  if (latestSafe === null) return [];
  const { order, access, impossible } = latestSafe;
  const by = `For removal in time: order by ${dayShown(order, zone)}${access === null ? '' : `, ask for access by ${dayShown(access, zone)}`}.`;
  if (impossible.length === 0) return [by];
  return [
    `Removal in time is no longer possible as planned: ${impossible.map((step) => IMPOSSIBLE_SHOWN[step]).join('; ')}.`,
    'Ask for more time (request-extension), or say how it will be done in time.',
  ];
}

function asked({ requests, people, zone }: ShownCase): string[] {
  if (requests.length === 0) return [];
  const name = (id: string | null): string => (id === null ? '' : (people[id]?.name ?? id));
  const rows = requests.map((one) => [
    one.requestId,
    askShown(one.ask, zone),
    one.text,
    name(one.requestedBy),
    one.state,
    name(one.decidedBy),
    one.conditions ?? '',
  ]);
  return ['', 'Asked for', table(['Request', 'What', 'Why', 'By', 'State', 'Decided by', 'Conditions'], rows)];
}

/** Every rule that had a say in a date, the one that set it first. */
function whyLine(milestone: MilestoneJson, zone: string): string {
  return `  ${STAGE_SHOWN[milestone.stage]}: ${reasonsOf(milestone)
    .map((one) => `${one.rule} ${dayShown(one.due, zone)}`)
    .join(' · ')}`;
}

function milestones({ milestones: all, zone }: ShownCase): string {
  const rows = all.map(({ stage, baseline, forecast, actual, due, skipped, slippageDays }) => [
    STAGE_SHOWN[stage],
    skipped ? 'not needed' : dayShown(baseline, zone),
    skipped ? '' : dayShown(due, zone),
    skipped || actual !== null ? '' : dayShown(forecast, zone),
    dayShown(actual, zone),
    skipped ? '' : slippageShown(slippageDays),
  ]);
  const dates = table(['Stage', 'Original date', 'Due', 'Expected date', 'Done', 'Against the original'], rows);
  const dated = all.filter(({ skipped, why = [] }) => !skipped && why.length > 0);
  if (dated.length === 0) return dates;
  return [dates, '', 'Why each date: the earliest rule wins', ...dated.map((one) => whyLine(one, zone))].join('\n');
}

function sections(shown: ShownCase): string[] {
  const { evidence, mail, audit, people, zone } = shown;
  const name = (id: string): string => people[id]?.name ?? id;
  const proofs = evidence.map(({ submittedAt, stage, kind, grade, note, file, submittedBy }) => [
    momentShown(submittedAt, zone),
    STAGE_SHOWN[stage],
    kind === grade ? kind : `${kind} (counts as ${grade})`,
    file?.fileName ?? '',
    note,
    name(submittedBy),
  ]);
  const letters = mail.map(({ writtenAt, sentAt, about, contactId, state: status, subject }) => [
    momentShown(sentAt ?? writtenAt, zone),
    [...new Set(about.map(({ kind }) => kind))].join(', '),
    name(contactId),
    status,
    subject ?? '',
  ]);
  const events = audit.map(({ sequence, at, type, actor, enteredBy, told, passedOver }) => [
    String(sequence),
    momentShown(at, zone),
    type,
    enteredBy === null ? name(actor) : `${name(actor)}, entered by ${name(enteredBy)}`,
    [told.map(name).join(', '), ...passedOver.map((role) => `nobody is ${ROLE_SHOWN[role]}`)]
      .filter(Boolean)
      .join('; '),
  ]);
  return [
    ...(proofs.length === 0 ? [] : ['', 'Evidence', table(['When', 'For', 'Kind', 'File', 'Note', 'By'], proofs)]),
    ...(letters.length === 0 ? [] : ['', 'Mail', table(['When', 'Kind', 'To', 'State', 'Subject'], letters)]),
    ...(events.length === 0 ? [] : ['', 'Audit trail', table(['#', 'When', 'What', 'Who', 'Told'], events)]),
  ];
}

/** One case, for people: what happens next and whose turn it is first. */
export function caseText(shown: ShownCase, now: Instant): string {
  return [...heading(shown, now).map(printable), '', milestones(shown), ...asked(shown), ...sections(shown)].join('\n');
}

/** The evidence of a case, for people. */
export function evidenceText(shown: Pick<ShownCase, 'assetId' | 'evidence' | 'people' | 'zone'>): string {
  if (shown.evidence.length === 0) return `Nothing has been handed in for ${shown.assetId}.`;
  const rows = shown.evidence.map(({ submittedAt, stage, kind, grade, note, file, submittedBy }) => [
    momentShown(submittedAt, shown.zone),
    STAGE_SHOWN[stage],
    kind,
    grade,
    file === null ? '' : `${file.fileName}, ${file.sizeBytes} bytes, SHA-256 ${file.sha256.slice(0, 12)}…`,
    note,
    shown.people[submittedBy]?.name ?? submittedBy,
  ]);
  return table(['When', 'For', 'Kind', 'Grade', 'File', 'Note', 'By'], rows);
}

/** What an action led to, in a sentence. */
export function answerText(answer: ActionAnswer, id: string): string {
  const { caseId, outcome, nextAction, previousCaseId } = answer;
  const opened = previousCaseId === undefined ? '' : ` Case ${caseId} carries on from ${previousCaseId}.`;
  return outcome === null
    ? `Recorded for ${id}.${opened} Next: ${nextAction}.`
    : `Recorded for ${id}. The case is closed: ${outcome}.`;
}
