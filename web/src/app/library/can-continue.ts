import { INPUT_TYPES } from '../../../../shared/contract/tasks.ts';

/** Whether it can be the photo of another task. */
export function canContinue({ contentType }: { readonly contentType: string }): boolean {
  return INPUT_TYPES.some((type) => type === contentType);
}
