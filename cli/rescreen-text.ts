import { type Opening } from '../app/import/open-after-import';
import { type Rescreening, type RescreenProgress, type UnfoundedCase } from '../app/rescreen';
import { LISTED_ONLY, SCREENING_SHOWN } from '../domain/wording';
import { type Io } from './command';
import { count } from '../domain/counted';
import { type Progress, progressBar, table } from './output';

/** Cases that are shown to people; `--json` has more. */
const SHOWN = 20;

function figures({ before, after }: Rescreening): string {
  const rows = [
    [`${SCREENING_SHOWN.covered} (where in scope)`, before.covered, after.covered],
    [SCREENING_SHOWN.suspect, before.suspect, after.suspect],
    [SCREENING_SHOWN['unknown-make'], before.unknownMake, after.unknownMake],
    [SCREENING_SHOWN.clear, before.clear, after.clear],
    ['Flagged: not clear, and in scope', before.flagged, after.flagged],
  ] as const;
  return table(
    [{ head: 'devices' }, { head: 'before', align: 'right' }, { head: 'after', align: 'right' }],
    rows.map(([what, ...counts]) => [what, ...counts.map((value) => value.toLocaleString('en-GB'))]),
  );
}

function cases({ casesAskedFor }: Rescreening, opening: Opening | null): string[] {
  if (casesAskedFor === 0) return [];
  const asked = `${count(casesAskedFor, 'case')} asked for`;
  switch (opening?.outcome) {
    case undefined:
      return [`${asked}.`];
    case 'opened':
      return [`${asked}, ${opening.started} started.`];
    case 'waiting':
      return [`${asked}. Temporal is not running, so they wait: "clearsite reconcile" opens them once it is.`];
  }
}

function screened(rescreened: Rescreening, opening: Opening | null): string[] {
  const { devices, changed, clearances } = rescreened;
  if (devices === 0) return [];
  const { standing, lapsed } = clearances;
  return [
    `${count(devices, 'device')} screened again: ${changed.toLocaleString('en-GB')} with another result, reason or scope.`,
    figures(rescreened),
    ...(standing + lapsed === 0
      ? []
      : [
          `Devices agreed not to be covered: ${standing} stay so; ${lapsed} are asked about again where flagged, since the policy now says something else of them.`,
        ]),
    ...cases(rescreened, opening),
  ];
}

function why({ screening, inScope, confirmedCovered }: UnfoundedCase): string {
  const outOfScope = screening === 'covered' ? LISTED_ONLY : 'No removal required';
  const reason = inScope || screening === 'clear' ? SCREENING_SHOWN[screening] : outOfScope;
  return confirmedCovered ? `${reason}, but an inspection said: covered` : reason;
}

const more = (shown: number, total: number): string[] =>
  total > shown ? [`and ${(total - shown).toLocaleString('en-GB')} more (--json lists up to 1,000)`] : [];

function noLongerFlagged({ noLongerFlagged: listed, noLongerFlaggedOmitted }: Rescreening): string[] {
  const total = listed.length + noLongerFlaggedOmitted;
  if (total === 0) return [];
  const shown = listed.slice(0, SHOWN);
  return [
    '',
    `${count(total, 'open case')} whose device is no longer on the list: decide each, clearsite cases act ID withdraw --reason "…"`,
    table(
      [{ head: 'case' }, { head: 'asset' }, { head: 'site' }, { head: 'department' }, { head: 'now' }],
      shown.map((one) => [one.caseId, one.assetId, one.siteId, one.departmentId, why(one)]),
    ),
    ...more(shown.length, total),
  ];
}

function flaggedAgain({ flaggedAgain: listed, flaggedAgainOmitted }: Rescreening): string[] {
  const total = listed.length + flaggedAgainOmitted;
  if (total === 0) return [];
  const shown = listed.slice(0, SHOWN);
  return [
    '',
    `${count(total, 'device')} flagged again whose case was withdrawn: decide each, clearsite cases act ID reopen --reason "…"`,
    table(
      [{ head: 'case' }, { head: 'asset' }],
      shown.map(({ caseId, assetId }) => [caseId, assetId]),
    ),
    ...more(shown.length, total),
  ];
}

/**
 * What screening devices again came to, for people.
 * @param opening what became of the cases asked for; null = their opening is told elsewhere
 * @returns lines; none where nothing was screened and nothing is to be decided
 */
export function rescreenText(rescreened: Rescreening, opening: Opening | null): string[] {
  return [...screened(rescreened, opening), ...noLongerFlagged(rescreened), ...flaggedAgain(rescreened)];
}

/** A bar for the screening, a line where another command is waited for. */
export function rescreenProgress(io: Io): {
  readonly report: (progress: RescreenProgress) => void;
  readonly stop: () => void;
} {
  const bar: Progress = progressBar('Screening devices');
  return {
    report(progress) {
      if (progress.phase === 'waiting') io.note('An import is running: waiting for it to end.');
      else bar.update(progress.devices, progress.total);
    },
    stop: () => bar.stop(),
  };
}
