import type * as z from 'zod/mini';
import type { listModelPhotos } from '../../../../shared/contract/ops-models.ts';

/** What is there of a pose. */
export type ModelPhoto = z.output<typeof listModelPhotos.output>['items'][number];

export interface Pose extends Pick<ModelPhoto, 'gender' | 'scene' | 'pose'> {
  /** For people: they count from one. */
  readonly name: string;
}
