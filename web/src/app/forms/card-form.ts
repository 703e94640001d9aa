import type * as z from 'zod/mini';
import type { FormField } from '../../../../shared/contract/form.ts';
import type { listFeatures } from '../../../../shared/contract/tasks.ts';
import { type AskedField, isAskedField, isPhotoField } from './field-spec.ts';

export type Card = z.output<typeof listFeatures.output>['features'][number];

/** How many photos may be chosen at once for a card that takes one: each becomes a task of its own. */
export const MAX_AT_ONCE = 100;

/** The field that its photo is for; undefined for a card that makes something of words alone. */
export function photoFieldOf({ form }: Card): AskedField | undefined {
  return form.filter(isAskedField).find(isPhotoField);
}

type MarksField = Extract<FormField, { readonly type: 'marks' }>;

/** The field of what is painted over in the photo before the order; undefined for most cards. */
export function removalFieldOf({ form }: Card): MarksField | undefined {
  return form.find((field): field is MarksField => field.type === 'marks' && field.use === 'removal');
}

/** Open, and of the kind that this page can send: at most one photo a task, whatever its other fields are. */
export function isOffered({ closed, form }: Card): boolean {
  if (closed !== undefined) return false;
  const photoFields = form.filter(isAskedField).filter(isPhotoField);
  return photoFields.length < 2 && photoFields.every((field) => field.type === 'image' || field.max === 1);
}

/** Whether a picture of the library can be its photo: what is painted over is painted on a photo of this device. */
export const takesAsset = (card: Card): boolean =>
  photoFieldOf(card) !== undefined && removalFieldOf(card) === undefined;
