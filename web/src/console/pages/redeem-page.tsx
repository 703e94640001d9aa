import { useState } from 'react';
import { formatDay, formatTime } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { useConsole } from '../console-context.ts';
import { MoreButton } from '../more-button.tsx';
import { BatchState } from '../redeem/batch-state.tsx';
import { CreateBatchDialog } from '../redeem/create-batch-dialog.tsx';
import { type RedeemBatch, useBatches } from '../redeem/use-batches.ts';
import { useText } from '../use-text.ts';

export function RedeemPage() {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const batches = useBatches();
  const [isMaking, setMaking] = useState(false);
  const rows = batches.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: readonly Column<RedeemBatch>[] = [
    { head: say('batchName'), cell: ({ batchId, name }) => <a href={`#/redeem/${batchId}`}>{name}</a>, isText: true },
    { head: say('state'), cell: (batch) => <BatchState batch={batch} /> },
    { head: say('batchEach'), cell: ({ credits, days }) => say('batchEachLine', { n: credits, d: days }) },
    { head: say('batchCodes'), cell: ({ codes }) => codes, isNumber: true },
    { head: say('redeemed'), cell: ({ redeemed, codes, uses }) => `${redeemed} / ${codes * uses}`, isNumber: true },
    { head: say('validUntil'), cell: ({ expiresAtMs }) => formatDay(expiresAtMs, language) },
    { head: say('createdAt'), cell: ({ createdAtMs }) => formatTime(createdAtMs, language) },
  ];
  return (
    <div className="page page-wide">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('redeem')}</h1>
          <p className="muted">{say('redeemLead')}</p>
        </div>
        {canWrite && (
          <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
            {say('batchNew')}
          </button>
        )}
      </div>
      {batches.isPending && <Loading />}
      {batches.isError && <Failure error={batches.error} onRetry={() => void batches.refetch()} />}
      {batches.isSuccess && rows.length === 0 && <Empty icon="ticket" title={say('redeemEmpty')} />}
      {rows.length > 0 && (
        <DataTable label={say('redeem')} columns={columns} rows={rows} keyOf={({ batchId }) => batchId} />
      )}
      <MoreButton list={batches} />
      {isMaking && <CreateBatchDialog onClose={() => setMaking(false)} />}
    </div>
  );
}
