import type * as z from 'zod/mini';
import type { listReferrals } from '../../../../shared/contract/ops-growth.ts';

/** A withdrawal or a commission, as it is listed. */
export type ReferralRow = z.output<typeof listReferrals.output>['items'][number];
