import type * as z from 'zod/mini';
import type { listFeatures } from '../../../../shared/contract/tasks.ts';
import { type AskedField, isAskedField, isPhotoField } from './field-spec.ts';

export type Card = z.output<typeof listFeatures.output>['features'][number];

/** How many photos may be chosen at once for a card that takes one: each becomes a task of its own. */
export const MAX_AT_ONCE = 100;

/** The field that its photo is for; undefined for a card that makes something of words alone. */
export function photoFieldOf({ form }: Card): AskedField | undefined {
  return form.filter(isAskedField).find(isPhotoField);
}

/** Open, and of the kind that this page can send: at most one photo a task, whatever its other fields are. */
export function isOffered({ closed, form }: Card): boolean {
  if (closed !== undefined) return false;
  const photoFields = form.filter(isAskedField).filter(isPhotoField);
  return photoFields.length < 2 && photoFields.every((field) => field.type === 'image' || field.max === 1);
}
