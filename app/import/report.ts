import { type Kind } from '../../importers/columns';
import { type Reject } from '../../importers/problem';
import { type Encoding, type Format } from '../../importers/raw';
import { type DatesPreview } from '../replan-preview';

/** Rejected lines and warnings that a report lists; the rest is only counted (and is in the rejects file). */
export const LISTED = 1_000;
/** Devices that `--verbose` lists. */
export const LISTED_DEVICES = 100_000;

/** Something that a person should look at; it stopped no line. */
export interface Warning {
  readonly code: string;
  /** Null = it is about no line of the file. */
  readonly line: number | null;
  /** What it is about: an asset, site or contact id. */
  readonly subject: string;
  readonly text: string;
  /** What to do, as a sentence. */
  readonly hint: string;
}

/** Devices by what screening says of them. */
export interface ScreeningCounts {
  readonly covered: number;
  readonly suspect: number;
  readonly clear: number;
  readonly unknownMake: number;
}

/** What an import did, or with `dryRun` would do; the `--json` document. */
export interface ImportReport {
  /** Null for a dry run. */
  readonly importId: number | null;
  readonly kind: Kind;
  /** Name of the file without its folders. */
  readonly file: string;
  readonly dryRun: boolean;
  readonly format: Format;
  readonly encoding: Encoding;
  readonly delimiter: string | null;
  readonly sheet: string | null;
  /** Columns of the file that the import does not use. */
  readonly ignoredColumns: readonly string[];
  readonly notes: readonly string[];
  /** Lines below the header that are not blank. */
  readonly read: number;
  /** created + updated + unchanged. */
  readonly accepted: number;
  readonly rejected: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Of the accepted devices. */
  readonly screening?: ScreeningCounts;
  /** Of those: devices on sites, or of types, that the policy does not speak of. They are listed and open no case. */
  readonly outOfScope?: ScreeningCounts;
  /** Cases asked for; with a dry run, cases that would be. */
  readonly casesOpening: number;
  /** Cases whose dates are computed anew; with a dry run, that would be. */
  readonly casesReplanning: number;
  /** With a dry run: which dates would move; null before a policy has been applied. */
  readonly dates?: DatesPreview | null;
  /** Departments that the accepted lines belong to. */
  readonly departments: readonly string[];
  readonly devices?: readonly { readonly line: number; readonly assetId: string; readonly result: string }[];
  readonly devicesOmitted?: number;
  /** The first {@link LISTED}, in the order of the file; a line with several problems has several. */
  readonly rejects: readonly Reject[];
  readonly rejectsOmitted: number;
  /** Null where no line was rejected, or a dry run named no file. */
  readonly rejectsFile: string | null;
  readonly warnings: readonly Warning[];
  readonly warningsOmitted: number;
  /** With `--complete`: known devices that the file does not list. They stay as they are. */
  readonly missing?: { readonly assetIds: readonly string[]; readonly omitted: number };
}

/** The report as the register keeps it: without the values of rejected lines, which may be anything. */
export function forRegister(report: ImportReport): ImportReport {
  const { devices: _devices, devicesOmitted: _omitted, ...kept } = report;
  return { ...kept, rejects: report.rejects.map((reject) => ({ ...reject, value: '' })) };
}
