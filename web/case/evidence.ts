import { type Field } from '../forms/fields';
import { type ActionForm } from './action-forms';

/** The question for evidence in words, where a form takes any. */
export function evidenceFields({ takesEvidence }: Pick<ActionForm, 'takesEvidence'>): readonly Field[] {
  if (takesEvidence === 'no') return [];
  const needed = takesEvidence === 'needed';
  return [
    {
      kind: 'text',
      name: 'evidence',
      label: needed ? 'Evidence in words' : 'Evidence in words (optional)',
      hint: 'What proves it, and where it can be seen: a label that you read, a work order and its number.',
      rows: 3,
      missing: needed ? 'Enter what proves it' : null,
    },
  ];
}
