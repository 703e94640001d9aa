import type * as z from 'zod/mini';
import type { listFeatures } from '../../../../shared/contract/tasks.ts';
import type { FieldSpec } from './field-spec.ts';

export type Card = z.output<typeof listFeatures.output>['features'][number];

/** How many photos may be chosen at once for a card that takes one: each becomes a task of its own. */
export const MAX_AT_ONCE = 100;

/** What a card's form asks for: its own fields, or, where a card names none, photos and nothing else. */
export function cardForm(card: Card & { readonly form?: readonly FieldSpec[] }): readonly FieldSpec[] {
  if (card.form !== undefined) return card.form;
  const photos = { name: 'photos', type: 'images', labelZh: '照片', labelEn: 'Photos', required: true } as const;
  return [{ ...photos, max: card.maxInputs === 1 ? MAX_AT_ONCE : card.maxInputs }];
}
