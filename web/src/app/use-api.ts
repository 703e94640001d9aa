import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { getAnnouncements } from '../../../shared/contract/announcements.ts';
import { getAccount } from '../../../shared/contract/auth.ts';
import { getBatch, listBatches } from '../../../shared/contract/batches.ts';
import { getMembership, getOrder, getReceipt, listOrders, listPlans } from '../../../shared/contract/membership.ts';
import { listQuotaEntries, queryQuota } from '../../../shared/contract/quota.ts';
import { getTask, listFeatures, listTasks, type TaskState } from '../../../shared/contract/tasks.ts';
import { outdate, useEndless } from './use-endless.ts';
import { useText } from './use-text.ts';
import { useWorkspace } from './workspace.ts';

const ORDER_POLL_MS = 1500;
const ENDED = new Set<TaskState>(['succeeded', 'failed', 'canceled', 'expired']);

const pageOf = (limit: string, cursor: string | undefined) => ({ limit, ...(cursor !== undefined && { cursor }) });

/** Answers hold texts in the caller's language, so each language has its own. */
function useKeys() {
  const { client } = useWorkspace();
  const { language } = useText();
  return { client, language };
}

/** Announcements and settings change seldom: asked for when the workspace opens, and by whoever comes back to it after a while. */
const TOLD_FRESH_MS = 10 * 60_000;

/** What everybody is told now, and the settings that pages follow. */
export function useTold() {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['announcements'],
    queryFn: ({ signal }) => client.call(getAnnouncements, {}, { signal }),
    staleTime: TOLD_FRESH_MS,
  });
}

export function useAccount() {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => client.call(getAccount, {}, { signal }),
    staleTime: 600_000,
  });
}

export function useFeatures() {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['features'],
    queryFn: ({ signal }) => client.call(listFeatures, {}, { signal }),
    staleTime: 300_000,
  });
}

export function useQuota() {
  const { client } = useKeys();
  return useQuery({ queryKey: ['quota'], queryFn: ({ signal }) => client.call(queryQuota, {}, { signal }) });
}

export function useMembership() {
  const { client } = useKeys();
  return useQuery({ queryKey: ['membership'], queryFn: ({ signal }) => client.call(getMembership, {}, { signal }) });
}

export function usePlans() {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['plans'],
    queryFn: ({ signal }) => client.call(listPlans, {}, { signal }),
    staleTime: 60_000,
  });
}

/** An order, asked for again while it can still be paid. */
export function useOrder(orderId: string) {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['order', orderId],
    queryFn: ({ signal }) => client.call(getOrder, { orderId }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? ORDER_POLL_MS : false),
  });
}

export function useOrders() {
  const { client } = useKeys();
  return useEndless({
    queryKey: ['orders'],
    read: (cursor, signal) => client.call(listOrders, pageOf('20', cursor), { signal }),
    // Whoever comes back from a channel's own page may be there before its notice.
    isOpen: ({ items }) => items.some(({ state }) => state === 'pending'),
  });
}

/** Of a paid order. */
export function useReceipt(orderId: string) {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['receipt', orderId],
    queryFn: ({ signal }) => client.call(getReceipt, { orderId }, { signal }),
  });
}

/** A task, asked for again as often as the server says, also behind another tab: the result may be what one waits for. */
export function useTask(taskId: string) {
  const { client, language } = useKeys();
  return useQuery({
    queryKey: ['task', taskId, language],
    queryFn: ({ signal }) => client.call(getTask, { taskId }, { signal }),
    refetchInterval: ({ state }) => state.data?.pollAfterMs ?? false,
    // Links to results live for 15 minutes.
    staleTime: 600_000,
  });
}

/** A batch, asked for again as often as the server says. */
export function useBatch(batchId: string) {
  const { client, language } = useKeys();
  return useQuery({
    queryKey: ['batch', batchId, language],
    queryFn: ({ signal }) => client.call(getBatch, { batchId }, { signal }),
    refetchInterval: ({ state }) => state.data?.pollAfterMs ?? false,
  });
}

/**
 * What ends in a list that is looked at may have returned credits, also what began and ended before the first look or between two. `ended`:
 * says the same as long as nothing more has ended; undefined: not known yet.
 */
function useBalanceOf(ended: string | undefined): void {
  const queries = useQueryClient();
  const known = useRef(ended);
  useEffect(() => {
    if (ended !== undefined && ended !== known.current) void outdate(queries, 'quota', 'entries');
    known.current = ended;
  }, [ended, queries]);
}

/** Batches, newest first. */
export function useBatches() {
  const { client } = useKeys();
  const batches = useEndless({
    queryKey: ['batches'],
    read: (cursor, signal) => client.call(listBatches, pageOf('20', cursor), { signal }),
    isOpen: ({ items }) => items.some(({ open }) => open > 0),
  });
  useBalanceOf(batches.data?.pages[0]?.items.map(({ batchId, photos, open }) => `${batchId} ${photos - open}`).join());
  return batches;
}

export interface TaskFilter {
  readonly state: TaskState | null;
  readonly featureId: string | null;
  /** Part of the name of the merchant's own file. */
  readonly search: string;
  /** Of creation, epoch milliseconds: from, and before. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export const ALL_TASKS: TaskFilter = { state: null, featureId: null, search: '', fromMs: null, toMs: null };

export function useTasks({ state, featureId, search, fromMs, toMs }: TaskFilter) {
  const { client, language } = useKeys();
  const filter = {
    ...(state !== null && { state }),
    ...(featureId !== null && { featureId }),
    ...(search !== '' && { search }),
    ...(fromMs !== null && { fromMs: String(fromMs) }),
    ...(toMs !== null && { toMs: String(toMs) }),
  };
  const tasks = useEndless({
    queryKey: ['tasks', filter, language],
    read: (cursor, signal) => client.call(listTasks, { ...filter, ...pageOf('50', cursor) }, { signal }),
    isOpen: ({ items }) => items.some((task) => !ENDED.has(task.state)),
  });
  useBalanceOf(
    tasks.data?.pages[0]?.items
      .filter((task) => ENDED.has(task.state))
      .map(({ taskId }) => taskId)
      .join(),
  );
  return tasks;
}

export function useEntries() {
  const { client } = useKeys();
  return useEndless({
    queryKey: ['entries'],
    read: (cursor, signal) => client.call(listQuotaEntries, pageOf('100', cursor), { signal }),
  });
}

/** The lines of one task, however many are newer. */
export function useTaskEntries(taskId: string) {
  const { client } = useKeys();
  return useQuery({
    queryKey: ['entries', taskId],
    queryFn: ({ signal }) => client.call(listQuotaEntries, { taskId, limit: '100' }, { signal }),
  });
}
