import { type ColumnMap, type Kind } from '../../importers/columns';
import { type Who } from '../who';

export { KINDS, type Kind } from '../../importers/columns';

/** What the user asks to import, and how. */
export interface ImportRequest {
  readonly path: string;
  readonly kind: Kind;
  /** Null = found by the file's content. */
  readonly format: string | null;
  readonly encoding: string | null;
  readonly sheet: string | null;
  readonly map: ColumnMap;
  /** Says what would change and changes nothing. */
  readonly dryRun: boolean;
  /** Refuses other departments' rows; null = takes all. */
  readonly department: string | null;
  /** Goes before every asset id; may be empty. */
  readonly assetPrefix: string;
  /** The file is a full inventory: what it does not list is reported as missing, and stays as it is. */
  readonly complete: boolean;
  /** Where rejected lines go; null = `<home>/imports/<id>-rejects.csv`, and nowhere for a dry run. */
  readonly rejectsPath: string | null;
  /** Lists every accepted device with its screening result. */
  readonly verbose: boolean;
  readonly who: Who;
}

/** A request with nothing out of the ordinary but what `changes` say: nobody's, for all departments, its format found by content. */
export function importRequest(path: string, kind: Kind, changes: Partial<ImportRequest> = {}): ImportRequest {
  return {
    path,
    kind,
    format: null,
    encoding: null,
    sheet: null,
    map: [],
    dryRun: false,
    department: null,
    assetPrefix: '',
    complete: false,
    rejectsPath: null,
    verbose: false,
    who: { as: null, typist: null },
    ...changes,
  };
}

/** How far an import has come. */
export type ImportProgress =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'reading' | 'writing-rejects'; readonly bytesRead: number; readonly totalBytes: number }
  | { readonly phase: 'checking' | 'merging' };

export type OnProgress = (progress: ImportProgress) => void;
