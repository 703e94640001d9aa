import { ApiError } from '../http/api-error.ts';

/**
 * Refuses a batch of more photos than operators allow now; one that was created while more were allowed is answered as ever.
 * @throws ApiError VALIDATION_FAILED
 */
export async function fitBatch(photos: number, most: number, stands: () => Promise<boolean>): Promise<void> {
  if (photos <= most || (await stands())) return;
  const field = {
    path: 'photos',
    rule: `max:${most}`,
    zh: `一次最多 ${most} 张照片`,
    en: `at most ${most} photos at once`,
  };
  throw new ApiError('VALIDATION_FAILED', { fields: [field] });
}
