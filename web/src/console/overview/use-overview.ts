import { useQuery } from '@tanstack/react-query';
import type * as z from 'zod/mini';
import { getOverview } from '../../../../shared/contract/ops-overview.ts';
import { useConsole } from '../console-context.ts';

export type Overview = z.output<typeof getOverview.output>;
export type Figures = NonNullable<Overview['days'][number]['figures']>;

/** The service measures once a minute. */
const POLL_MS = 60_000;

export function useOverview() {
  const { client } = useConsole();
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => client.call(getOverview, {}, { signal }),
    refetchInterval: POLL_MS,
  });
}
