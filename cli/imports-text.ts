import { type NamedNeed, type UndoReport } from '../app/import/undo-report';
import { ROLE_SHOWN } from '../domain/wording';
import { momentShown } from './days';
import { count } from '../domain/counted';
import { printable, table } from './output';

/** Lines that are shown to people; `--json` has more. */
const SHOWN = 50;

/** What a person knows it by: the device of a case, name and post of a contact; else its id. */
function subjectShown({ subject, assetId, contact }: NamedNeed): string {
  if (assetId !== undefined) return `${assetId} (case ${subject})`;
  if (contact === undefined) return subject;
  const { name, role, departmentId, siteId } = contact;
  const place = [departmentId ?? 'programme', ...(siteId === null ? [] : [siteId])];
  return `${name} (${[ROLE_SHOWN[role], ...place].join(', ')})`;
}

function outcome(report: UndoReport, zone: string): string {
  const { importId, kind, restored, removed, withdrawn, undoneAt, undoneBy, undoneByName, reason } = report;
  return report.undoneNow
    ? `Import ${importId} (${kind}) is undone: ${count(restored, 'row')} restored, ${removed} removed, ${count(withdrawn, 'case')} withdrawn.`
    : `Import ${importId} (${kind}) was undone already, on ${momentShown(undoneAt, zone)} by ${printable(undoneByName ?? undoneBy)}: ${printable(reason)}. Nothing has been changed.`;
}

function consequences({ undoneNow, kept, corrections }: UndoReport): string[] {
  if (!undoneNow) return [];
  return [
    ...(kept === 1
      ? ['1 device stays because its withdrawn case is on record; importing it again takes it over.']
      : []),
    ...(kept > 1
      ? [
          `${count(kept, 'device')} stay because their withdrawn cases are on record; importing them again takes them over.`,
        ]
      : []),
    ...(corrections > 0
      ? [`${count(corrections, 'person', 'people')} will get a correction of mail that has left.`]
      : []),
  ];
}

/** What undoing an import did, for people. @param zone in which instants are shown */
export function undoneText(report: UndoReport, zone: string): string {
  const { needsPerson, needsPersonOmitted } = report;
  const left = needsPerson.length + needsPersonOmitted;
  return [
    outcome(report, zone),
    ...consequences(report),
    ...(left === 0
      ? []
      : [
          '',
          `${left} ${left === 1 ? 'needs' : 'need'} a person:`,
          table(
            [{ head: 'what' }, { head: 'why' }],
            needsPerson.slice(0, SHOWN).map((need) => [subjectShown(need), need.text]),
          ),
          ...(left > SHOWN ? [`and ${left - SHOWN} more (--json lists up to 1,000)`] : []),
        ]),
  ].join('\n');
}
