import type * as z from 'zod/mini';
import type { listBatches } from '../../../shared/contract/batches.ts';
import { formatTime } from '../core/format.ts';
import { Tag } from '../ui/state-tag.tsx';
import { CardName } from './task-row.tsx';
import { useText } from './use-text.ts';

type BatchSummary = z.output<typeof listBatches.output>['items'][number];

/** Batches with how far each is, the newest first. */
export function BatchList({ batches }: { readonly batches: readonly BatchSummary[] }) {
  return (
    <ul className="task-list">
      {batches.map((batch) => (
        <BatchRow key={batch.batchId} batch={batch} />
      ))}
    </ul>
  );
}

function BatchRow({ batch }: { readonly batch: BatchSummary }) {
  const { say, language } = useText();
  const { batchId, featureId, createdAtMs, photos, firstName, succeeded, failed, open } = batch;
  return (
    <li>
      <a className="task-row" href={`#/batches/${batchId}`}>
        <span className="task-row-text">
          <span className="task-row-name">
            {say('batchTitle', { n: photos })} · <CardName featureId={featureId} />
          </span>
          <span className="hint batch-names">
            {firstName === '' ? '' : say('batchFirst', { name: firstName, n: photos })}
          </span>
          <span className="hint">{formatTime(createdAtMs, language)}</span>
        </span>
        <span className="task-row-end">
          {open > 0 && <Tag tone="busy">{say('batchRunning', { n: open })}</Tag>}
          {succeeded > 0 && <Tag tone="good">{say('batchDone', { n: succeeded })}</Tag>}
          {failed > 0 && <Tag tone="bad">{say('batchFailed', { n: failed })}</Tag>}
        </span>
      </a>
    </li>
  );
}
