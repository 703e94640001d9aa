import type * as z from 'zod/mini';
import type { listFeatures } from '../../../../shared/contract/tasks.ts';
import type { FieldSpec } from './field-spec.ts';

export type Card = z.output<typeof listFeatures.output>['features'][number];

/** How many photos may be chosen at once for a card that takes one: each becomes a task of its own. */
export const MAX_AT_ONCE = 100;

/** What a card's form asks for. Cards of today take photos and nothing else. */
export function cardForm(card: Card): readonly FieldSpec[] {
  const named = { name: 'photos', labelZh: '照片', labelEn: 'Photos', required: true };
  return [{ ...named, kind: 'images', max: card.maxInputs === 1 ? MAX_AT_ONCE : card.maxInputs }];
}
