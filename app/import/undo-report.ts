import { type Run } from '../../register/import-runs';
import { type CasesToUndo, type LeftAlone } from '../../register/import-undo';
import { type UndoNames, type UndonePost } from '../../register/import-undo-names';
import { type UndoneRows } from '../../register/import-undo-rows';

/** Something that undoing could not put right by itself. */
export interface NeedsPerson {
  /** Asset, site, contact or case id. */
  readonly subject: string;
  readonly code: LeftAlone['code'] | 'not-withdrawn';
  readonly text: string;
}

/** The same as a person knows it. */
export interface NamedNeed extends NeedsPerson {
  /** The device, where the subject is a case. */
  readonly assetId?: string;
  /** The post and who holds it, where the subject is a contact. */
  readonly contact?: UndonePost;
}

/** What undoing did, as the register keeps it: people by contact id only. */
export interface KeptReport {
  readonly importId: number;
  readonly kind: Run['kind'];
  /** False = it was undone before, and this time nothing has been changed. */
  readonly undoneNow: boolean;
  /** UTC; the first time. */
  readonly undoneAt: string;
  /** Contact id or `ops:<user>`; the first time. */
  readonly undoneBy: string;
  readonly reason: string;
  /** Rows that have their earlier values again. */
  readonly restored: number;
  /** Rows that the import had created and that are gone. */
  readonly removed: number;
  /** Devices that stay because their withdrawn case is on record; importing them again takes them over. */
  readonly kept: number;
  readonly withdrawn: number;
  /** People who get a correction of mail that has left. */
  readonly corrections: number;
  /** The first {@link LISTED_LEFT}. */
  readonly needsPerson: readonly NeedsPerson[];
  readonly needsPersonOmitted: number;
}

/** The `imports undo --json` document. */
export interface UndoReport extends KeptReport {
  /** Null where it was no contact. */
  readonly undoneByName: string | null;
  readonly needsPerson: readonly NamedNeed[];
}

/** Lines of {@link UndoReport.needsPerson}. */
const LISTED_LEFT = 1_000;

const WORDS: Readonly<Record<LeftAlone['code'], string>> = {
  'changed-since': 'It has been changed since the import, so it stays as it is.',
  'in-use': 'Other records refer to it, so it stays.',
  'acted-on': 'Somebody has acted on this case, so it stays open.',
  'flagged-again': 'A later import flagged the device too, so its case stays open.',
};

/** What an undoing did in the register. */
export interface Undone {
  readonly rows: UndoneRows;
  readonly cases: CasesToUndo;
  readonly corrections: number;
  /** Cases that no workflow had been started for and that are gone. */
  readonly dropped: number;
}

export const NOTHING: UndoneRows = { restored: 0, removed: 0, kept: 0, leftAlone: [] };

/**
 * What came of it, added to what an interrupted undoing had done before.
 * @param run with the marks of being undone
 */
export function reportOf(
  run: Run,
  { rows, cases, corrections, dropped }: Undone,
  withdrawn: number,
  failed: readonly NeedsPerson[],
): KeptReport {
  const before = run.undoReport as Partial<KeptReport> | null;
  const left = [...rows.leftAlone, ...cases.leftAlone].map(({ subject, code }): NeedsPerson => ({
    subject,
    code,
    text: WORDS[code],
  }));
  const earlier = (before?.needsPerson ?? []).filter(({ code }) => code === 'changed-since' || code === 'in-use');
  const all = [...failed, ...left, ...earlier];
  return {
    importId: run.importId,
    kind: run.kind,
    undoneNow: true,
    undoneAt: run.undoneAt ?? '',
    undoneBy: run.undoneBy ?? '',
    reason: run.undoReason ?? '',
    restored: (before?.restored ?? 0) + rows.restored,
    removed: (before?.removed ?? 0) + rows.removed,
    kept: (before?.kept ?? 0) + rows.kept,
    withdrawn: (before?.withdrawn ?? 0) + dropped + withdrawn,
    corrections,
    needsPerson: all.slice(0, LISTED_LEFT),
    needsPersonOmitted: Math.max(0, all.length - LISTED_LEFT),
  };
}

/** The report of an import that was undone before, with the cases that still need a person. Nothing is changed. */
export function asIsNow(run: Run, cases: CasesToUndo): KeptReport {
  const { corrections = 0 } = (run.undoReport ?? {}) as Partial<KeptReport>;
  return { ...reportOf(run, { rows: NOTHING, cases, corrections, dropped: 0 }, 0, []), undoneNow: false };
}

const ABOUT_CASES: ReadonlySet<NeedsPerson['code']> = new Set(['acted-on', 'flagged-again', 'not-withdrawn']);

const isCase = ({ code }: NeedsPerson): boolean => ABOUT_CASES.has(code);

/** The ids in a report that say nothing to a person. */
export function idsIn({ kind, undoneBy, needsPerson }: KeptReport): {
  readonly cases: readonly string[];
  readonly contacts: readonly string[];
} {
  const subjects = (needs: readonly NeedsPerson[]): string[] => needs.map(({ subject }) => subject);
  const others = needsPerson.filter((need) => !isCase(need));
  return {
    cases: subjects(needsPerson.filter(isCase)),
    contacts: [undoneBy, ...(kind === 'contacts' ? subjects(others) : [])],
  };
}

/** The report with what people know cases and contacts by. */
export function inWords(report: KeptReport, { assets, posts }: UndoNames): UndoReport {
  const named = (need: NeedsPerson): NamedNeed => {
    const assetId = isCase(need) ? assets.get(need.subject) : undefined;
    const contact = !isCase(need) && report.kind === 'contacts' ? posts.get(need.subject) : undefined;
    return { ...need, ...(assetId !== undefined && { assetId }), ...(contact !== undefined && { contact }) };
  };
  return {
    ...report,
    undoneByName: posts.get(report.undoneBy)?.name ?? null,
    needsPerson: report.needsPerson.map(named),
  };
}
