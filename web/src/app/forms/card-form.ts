import type * as z from 'zod/mini';
import type { listFeatures } from '../../../../shared/contract/tasks.ts';
import { isAskedField, isPhotoField } from './field-spec.ts';

export type Card = z.output<typeof listFeatures.output>['features'][number];

/** How many photos may be chosen at once for a card that takes one: each becomes a task of its own. */
export const MAX_AT_ONCE = 100;

/** Open, and of the kind that this page can send: exactly one photo a task, whatever its other fields are. */
export function isOffered({ closed, form }: Card): boolean {
  const photoFields = form.filter(isAskedField).filter(isPhotoField);
  const [field] = photoFields;
  return closed === undefined && photoFields.length === 1 && (field?.type === 'image' || field?.max === 1);
}
