import { type Pool } from 'pg';
import { type EvidenceGrade, type Sensitivity, type WorkStage } from '../domain/vocabulary';
import { type Instant } from '../domain/records';
import { isoInstant } from './instants';
import { read } from './read';

/** A file as it was handed in; its bytes lie in the evidence store under their SHA-256. */
export interface EvidenceFile {
  readonly sha256: string;
  readonly fileName: string;
  readonly sizeBytes: number;
}

/** Something handed in for a case. */
export interface EvidenceRecord {
  readonly evidenceId: string;
  readonly caseId: string;
  readonly kind: string;
  readonly grade: EvidenceGrade;
  readonly note: string;
  /** Null = words only. */
  readonly file: EvidenceFile | null;
  /** Contact id or `ops:<user>`. */
  readonly submittedBy: string;
  readonly submittedAt: Instant;
}

const ADD = `
  INSERT INTO evidence (evidence_id, case_id, kind, grade, note, sha256, file_name, size_bytes, submitted_by, submitted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (evidence_id) DO NOTHING`;

/** Adds a row; one of that id already there is the same one sent again, and stays. */
export async function addEvidence(pool: Pool, evidence: EvidenceRecord): Promise<void> {
  const { evidenceId, caseId, kind, grade, note, file, submittedBy, submittedAt } = evidence;
  const { sha256 = null, fileName = null, sizeBytes = null } = file ?? {};
  await pool.query(ADD, [evidenceId, caseId, kind, grade, note, sha256, fileName, sizeBytes, submittedBy, submittedAt]);
}

/** Evidence that a case accepted, with the stage that it speaks for. */
export interface AcceptedEvidence extends EvidenceRecord {
  readonly stage: WorkStage;
  readonly sequence: number;
}

/** A row is written before its command is sent; one whose command was refused stays behind, is listed nowhere and harms nothing. */
const ACCEPTED = `
  SELECT e.evidence_id AS "evidenceId", e.case_id AS "caseId", e.kind, e.grade, e.note, e.submitted_by AS "submittedBy",
    ${isoInstant('e.submitted_at')} AS "submittedAt", a.payload ->> 'stage' AS stage, a.sequence,
    CASE WHEN e.sha256 IS NOT NULL THEN
      json_build_object('sha256', e.sha256, 'fileName', e.file_name, 'sizeBytes', e.size_bytes) END AS file
  FROM audit_events a JOIN evidence e ON e.evidence_id = a.payload -> 'evidence' ->> 'evidenceId'
  WHERE a.case_id = $1 AND a.type = 'evidence-submitted' ORDER BY a.sequence`;

/** What a case accepted as evidence, in order. */
export async function evidenceOf(pool: Pool, caseId: string): Promise<readonly AcceptedEvidence[]> {
  return await read<AcceptedEvidence>(pool, ACCEPTED, [caseId]);
}

/** A file that a case accepted, and where the case lies. */
export interface PlacedFile extends EvidenceFile {
  readonly caseId: string;
  readonly siteId: string;
  readonly departmentId: string;
  readonly sensitivity: Sensitivity;
}

const PLACED = `
  SELECT e.sha256, e.file_name AS "fileName", e.size_bytes::int AS "sizeBytes", k.case_id AS "caseId", k.site_id AS "siteId",
    k.department_id AS "departmentId", s.sensitivity
  FROM evidence e JOIN cases k USING (case_id) JOIN sites s ON s.site_id = k.site_id
  WHERE e.evidence_id = $1 AND e.sha256 IS NOT NULL AND EXISTS (
    SELECT FROM audit_events a WHERE a.case_id = e.case_id AND a.type = 'evidence-submitted'
      AND a.payload -> 'evidence' ->> 'evidenceId' = e.evidence_id)`;

/** The file of a piece of evidence; null where there is none, or no case accepted it. */
export async function placedFile(pool: Pool, evidenceId: string): Promise<PlacedFile | null> {
  return (await read<PlacedFile>(pool, PLACED, [evidenceId]))[0] ?? null;
}
