import { type PoolClient } from 'pg';
import { type RawTable } from '../../importers/raw';
import { type RejectCollector } from './rejects';
import { type ImportReport } from './report';
import { type ImportRequest, type OnProgress } from './request';

/** What one kind of import adds to the report. */
export type KindReport = Pick<
  ImportReport,
  | 'read'
  | 'accepted'
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'casesOpening'
  | 'casesReplanning'
  | 'departments'
  | 'warnings'
  | 'warningsOmitted'
> &
  Partial<Pick<ImportReport, 'screening' | 'outOfScope' | 'devices' | 'devicesOmitted' | 'missing'>>;

/** What every kind of import works with. */
export interface ImportWork {
  /** Holds the import lock; the transaction runs on it. */
  readonly client: PoolClient;
  /** For what must be written while COPY holds the other. */
  readonly side: PoolClient;
  readonly table: RawTable;
  readonly request: ImportRequest;
  readonly onProgress: OnProgress;
}

/** A kind of import, in its steps. */
export interface ImportKind {
  /** Before the transaction: reads the file. */
  stage(): Promise<void>;
  /** Within the transaction: rejects go to the collector first, then everything is merged. */
  merge(importId: number, rejects: RejectCollector): Promise<KindReport>;
  /** After the transaction, however it ended. */
  close(): Promise<void>;
}
