import type * as z from 'zod/mini';
import { listRedeemBatches } from '../../../../shared/contract/redeem.ts';
import { useList } from '../use-list.ts';

export type RedeemBatch = z.output<typeof listRedeemBatches.output>['items'][number];

export const useBatches = (filter: { readonly batchId?: string } = {}) => useList(listRedeemBatches, filter);
