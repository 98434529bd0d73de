import { type FastifyRequest } from 'fastify';
import { type Submission } from '../../app/evidence/add';
import { type Services } from '../../app/services';
import { EVIDENCE_KIND_SHOWN } from '../../domain/case-words';
import { Failure } from '../../domain/errors';
import { type Field, type FieldError } from '../forms/fields';
import { type Typed } from '../forms/typed';
import { keptUpload, kindChoices, sentKind } from '../uploads';
import { type ActionForm } from './action-forms';

/** The question for evidence in words, where a form takes any. */
export function evidenceFields({ takesEvidence }: Pick<ActionForm, 'takesEvidence'>): readonly Field[] {
  if (takesEvidence === 'no') return [];
  return [
    {
      kind: 'text',
      name: 'evidence',
      label: takesEvidence === 'needed' ? 'Evidence in words' : 'Evidence in words (optional)',
      hint: 'What proves it, and where it can be seen: a label that you read, a work order and its number.',
      rows: 3,
      missing: null,
    },
  ];
}

/** The questions for a file; null where a form takes none. */
export function fileView(
  { takesEvidence }: Pick<ActionForm, 'takesEvidence'>,
  typed: Typed,
  errors: readonly FieldError[],
) {
  if (takesEvidence === 'no') return null;
  const message = errors.find(({ field }) => field === 'file')?.text;
  return {
    error: message === undefined ? undefined : { text: message },
    again: errors.length > 0,
    kinds: kindChoices(EVIDENCE_KIND_SHOWN, typed['kind']),
  };
}

/** Evidence as a form brought it. */
export type HandedIn =
  | { readonly outcome: 'file'; readonly submission: Submission }
  | { readonly outcome: 'words-or-nothing' }
  | { readonly outcome: 'wrong'; readonly status: 400 | 413; readonly error: FieldError };

function wrong(text: string, status: 400 | 413 = 400): HandedIn {
  return { outcome: 'wrong', status, error: { field: 'file', text, href: '#file' } };
}

/** The file of a form, kept by its content; what was written beside it is its note. */
export async function handedIn(
  services: Services,
  request: FastifyRequest,
  { takesEvidence }: Pick<ActionForm, 'takesEvidence'>,
  typed: Typed,
): Promise<HandedIn> {
  if (takesEvidence === 'no') return { outcome: 'words-or-nothing' };
  try {
    const file = await keptUpload(services, request, 'file', sentKind(typed['kind']));
    const words = (typed['evidence'] ?? '').trim();
    if (file !== null) return { outcome: 'file', submission: { ...file, note: words || (typed['note'] ?? '').trim() } };
    if (takesEvidence === 'needed' && words === '') return wrong('Choose a file, or enter in words what proves it');
    return { outcome: 'words-or-nothing' };
  } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith('file-')) throw error;
    return wrong(error.message, error.code === 'file-too-large' ? 413 : 400);
  }
}
