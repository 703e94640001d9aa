import type * as z from 'zod/mini';
import { listBills } from '../../../../shared/contract/ops-work.ts';
import { formatStamp, formatYuan } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { ListTable } from '../list-table.tsx';
import { CHANNELS } from '../orders/order-text.ts';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

type Bill = z.output<typeof listBills.output>['items'][number];
type Compared = NonNullable<Bill['compared']>;

/** The channels' days: what their bills held, what comparing them has shown, and the whole report. */
export function BillTable() {
  const { say, language } = useText();
  const list = useList(listBills, {});
  const of = (read: (compared: Compared) => string | number) => (bill: Bill) =>
    bill.compared ? read(bill.compared) : '–';
  const sum = (n: number, fen: number): string => say('billSum', { n, amount: formatYuan(fen) });
  const columns: readonly Column<Bill>[] = [
    { head: say('billDay'), cell: ({ day }) => day },
    { head: say('channel'), cell: ({ channel }) => say(CHANNELS[channel] ?? 'channelWechat') },
    {
      head: say('state'),
      cell: ({ state, attempts }) => (
        <>
          <Tag tone={state === 'done' ? 'good' : 'warn'}>{say(state === 'done' ? 'billDone' : 'billWaiting')}</Tag>{' '}
          {state === 'waiting' && attempts > 0 && say('billTries', { n: attempts })}
        </>
      ),
    },
    { head: say('billPaid'), cell: of(({ payments, paidFen }) => sum(payments, paidFen)), isNumber: true },
    { head: say('billRefunded'), cell: of(({ refunds, refundedFen }) => sum(refunds, refundedFen)), isNumber: true },
    { head: say('billFindings'), cell: of(({ findings }) => findings), isNumber: true },
    {
      head: say('billAt'),
      cell: ({ doneAtMs, nextAtMs }) => {
        const atMs = doneAtMs ?? nextAtMs;
        return atMs === undefined ? '–' : formatStamp(atMs, language);
      },
    },
    {
      head: say('billReport'),
      cell: ({ compared }) => (compared?.reportUrl ? <a href={compared.reportUrl}>{say('billDownload')}</a> : '–'),
    },
  ];
  return (
    <ListTable
      label={say('billsDaily')}
      list={list}
      columns={columns}
      keyOf={({ channel, day }) => `${day} ${channel}`}
      empty={say('billsNone')}
      icon="balance"
    />
  );
}
