import { useQuery } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import { getMerchant } from '../../../../shared/contract/ops-merchants.ts';
import { useConsole } from '../console-context.ts';

export type MerchantDetail = z.output<typeof getMerchant.output>;
export type Lot = MerchantDetail['lots'][number];

export function useMerchant(merchantId: string) {
  const { client } = useConsole();
  return useQuery({
    queryKey: ['get-merchant', merchantId],
    queryFn: ({ signal }) => client.call(getMerchant, { merchantId }, { signal }),
  });
}
