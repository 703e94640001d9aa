import { useState } from 'react';
import { formatDay, formatStamp } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useConsole } from '../console-context.ts';
import { ListTable } from '../list-table.tsx';
import { PageHead } from '../page-head.tsx';
import { BatchState } from '../redeem/batch-state.tsx';
import { CreateBatchDialog } from '../redeem/create-batch-dialog.tsx';
import { type RedeemBatch, useBatches } from '../redeem/use-batches.ts';
import { useText } from '../use-text.ts';

export function RedeemPage() {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const batches = useBatches();
  const [isMaking, setMaking] = useState(false);
  const columns: readonly Column<RedeemBatch>[] = [
    { head: say('batchName'), cell: ({ batchId, name }) => <a href={`#/redeem/${batchId}`}>{name}</a>, isText: true },
    { head: say('state'), cell: (batch) => <BatchState batch={batch} /> },
    { head: say('batchEach'), cell: ({ credits, days }) => say('batchEachLine', { n: credits, d: days }) },
    { head: say('batchCodes'), cell: ({ codes }) => codes, isNumber: true },
    { head: say('redeemed'), cell: ({ redeemed, codes, uses }) => `${redeemed} / ${codes * uses}`, isNumber: true },
    { head: say('validUntil'), cell: ({ expiresAtMs }) => formatDay(expiresAtMs, language) },
    { head: say('createdAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('redeem')} lead={say('redeemLead')}>
        {canWrite && (
          <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
            {say('batchNew')}
          </button>
        )}
      </PageHead>
      <ListTable
        label={say('redeem')}
        list={batches}
        columns={columns}
        keyOf={({ batchId }) => batchId}
        empty={say('redeemEmpty')}
        icon="ticket"
      />
      {isMaking && <CreateBatchDialog onClose={() => setMaking(false)} />}
    </div>
  );
}
