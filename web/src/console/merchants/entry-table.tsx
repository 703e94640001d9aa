import type * as z from 'zod/mini';
import { listMerchantEntries } from '../../../../shared/contract/ops-merchants.ts';
import { formatMoment } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ListTable } from '../list-table.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';
import { ENTRY_KINDS } from './entry-kinds.ts';

type Entry = z.output<typeof listMerchantEntries.output>['items'][number];

/** A merchant's ledger, newest first. */
export function EntryTable({ merchantId }: { readonly merchantId: string }) {
  const { say, language } = useText();
  const list = useList(listMerchantEntries, { merchantId });
  const columns: readonly Column<Entry>[] = [
    { head: say('time'), cell: ({ createdAtMs }) => formatMoment(createdAtMs, language) },
    { head: say('entryKind'), cell: ({ kind }) => say(ENTRY_KINDS[kind] ?? 'sourceOther') },
    { head: say('entryChange'), cell: ({ amount }) => (amount > 0 ? `+${amount}` : amount), isNumber: true },
    { head: say('entryBalance'), cell: ({ balance }) => balance, isNumber: true },
    { head: say('entryAbout'), cell: ({ taskId, orderId, lotId }) => <TargetLink id={taskId ?? orderId ?? lotId} /> },
  ];
  return (
    <ListTable
      label={say('entries')}
      list={list}
      columns={columns}
      keyOf={({ entryId }) => entryId}
      empty={say('entriesEmpty')}
      icon="credits"
    />
  );
}
