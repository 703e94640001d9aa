import { useState } from 'react';
import { listRedeemCodes } from '../../../../shared/contract/redeem.ts';
import { formatDay, formatStamp } from '../../core/format.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { type Fact, FactList } from '../fact-list.tsx';
import { ListTable } from '../list-table.tsx';
import { BatchState, isOver } from '../redeem/batch-state.tsx';
import { RevokeBatchDialog } from '../redeem/revoke-batch-dialog.tsx';
import { type RedeemBatch, useBatches } from '../redeem/use-batches.ts';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

/** One batch: what it is, which of its codes were used, and its end. */
export function RedeemBatchPage({ batchId }: { readonly batchId: string }) {
  const { say } = useText();
  const found = useBatches({ batchId });
  const [batch] = found.rows;
  return (
    <div className="page">
      <a href="#/redeem">{say('backToBatches')}</a>
      <h1 tabIndex={-1}>{batch?.name ?? say('batch')}</h1>
      {found.isPending && <Loading />}
      {found.error !== null && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && !batch && <Empty icon="ticket" title={say('batchUnknown')} />}
      {batch && <Batch batch={batch} />}
      {batch && <Codes batch={batch} />}
    </div>
  );
}

function Batch({ batch }: { readonly batch: RedeemBatch }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [isRevoking, setRevoking] = useState(false);
  const facts: readonly Fact[] = [
    [say('batchEach'), say('batchEachLine', { n: batch.credits, d: batch.days })],
    [say('access'), say(batch.access === 'member' ? 'accessMember' : 'accessBasic')],
    [say('batchCodes'), batch.codes],
    [say('batchUses'), batch.uses],
    [say('redeemed'), `${batch.redeemed} / ${batch.codes * batch.uses}`],
    [say('validUntil'), formatStamp(batch.expiresAtMs, language)],
    [say('createdAt'), formatStamp(batch.createdAtMs, language)],
    ...(batch.revokedAtMs === undefined ? [] : [[say('revokedAt'), formatDay(batch.revokedAtMs, language)] as const]),
  ];
  return (
    <section className="panel">
      <BatchState batch={batch} />
      <FactList facts={facts} />
      {canWrite && !isOver(batch) && (
        <button type="button" className="button button-danger" onClick={() => setRevoking(true)}>
          {say('batchRevoke')}
        </button>
      )}
      {isRevoking && <RevokeBatchDialog batch={batch} onClose={() => setRevoking(false)} />}
    </section>
  );
}

const USES = [
  [undefined, 'all'],
  ['used', 'codesUsed'],
  ['unused', 'codesUnused'],
] as const;

function Codes({ batch: { batchId, uses } }: { readonly batch: RedeemBatch }) {
  const { say } = useText();
  const [use, setUse] = useState<'used' | 'unused' | undefined>(undefined);
  const codes = useList(listRedeemCodes, { batchId, use });
  return (
    <section>
      <div className="section-head">
        <h2>{say('codes')}</h2>
        <ChoiceBar
          legend={say('filterBy')}
          name="use"
          choices={USES.map(([one, text]) => [one, say(text)])}
          chosen={use}
          onChoose={setUse}
        />
      </div>
      <ListTable
        label={say('codes')}
        list={codes}
        columns={[
          { head: say('codeNumber'), cell: ({ n }) => n },
          { head: say('codeEnds'), cell: ({ hint }) => <span className="mono">…{hint}</span> },
          {
            head: say('state'),
            cell: ({ used }) => (
              <Tag tone={used > 0 ? 'busy' : 'plain'}>{say(used > 0 ? 'codeUsed' : 'codeUnused')}</Tag>
            ),
          },
          { head: say('codeUses'), cell: ({ used }) => `${used} / ${uses}`, isNumber: true },
        ]}
        keyOf={({ n }) => String(n)}
        empty={say('codesNone')}
        icon="ticket"
      />
    </section>
  );
}
