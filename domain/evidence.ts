import { type EvidenceGrade } from './vocabulary';

/** What people hand in, weakest first. */
export const EVIDENCE_KINDS = ['assertion', 'photo', 'work-order', 'scan', 'certificate'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Kinds that come as a file; an assertion is words only. */
export const FILE_KINDS = ['photo', 'work-order', 'scan', 'certificate'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const GRADES: Readonly<Record<EvidenceKind, EvidenceGrade>> = {
  assertion: 'assertion',
  photo: 'photo',
  // Somebody else's word that the work was done: as good as a photo, and no proof of absence.
  'work-order': 'photo',
  scan: 'scan',
  certificate: 'certificate',
};

/** How much a kind of evidence proves: assertion < photo or work order < scan < disposal certificate. */
export function gradeOf(kind: EvidenceKind): EvidenceGrade {
  return GRADES[kind];
}

/** Types that evidence may have; anybody can open these, and none of them runs anything. */
export const EVIDENCE_TYPES = ['image', 'pdf', 'text'] as const;
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

/** Which types each kind of file may have. */
export const TYPES_OF: Readonly<Record<FileKind, readonly EvidenceType[]>> = {
  photo: ['image'],
  'work-order': EVIDENCE_TYPES,
  scan: EVIDENCE_TYPES,
  certificate: ['image', 'pdf'],
};
