import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type * as z from 'zod/mini';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { type getBatch, retryBatch } from '../../../../shared/contract/batches.ts';
import { cancelTask } from '../../../../shared/contract/tasks.ts';
import { formatTime } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { readError } from '../../ui/read-error.ts';
import { TaskStateTag } from '../../ui/state-tag.tsx';
import { toast } from '../../ui/toasts.tsx';
import { BatchArchive } from '../batch/batch-archive.tsx';
import { CardName } from '../task-row.tsx';
import { useUploads } from '../uploads/use-uploads.ts';
import { useBatch } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { uploadText } from './queue-page.tsx';

type Batch = z.output<typeof getBatch.output>;
type Item = Batch['items'][number];

/** Sooner, an estimate would jump. */
const MEASURED_FROM_MS = 3000;
const MAY_CANCEL = new Set<Item['state']>(['awaiting_upload', 'queued']);

export function BatchPage({ batchId }: { readonly batchId: string }) {
  const { say, language } = useText();
  const batch = useBatch(batchId);
  const queries = useQueryClient();
  const open = batch.data?.open;
  useEffect(() => {
    // Each that ends may have returned credits, and made something.
    if (open !== undefined) void outdate(queries, 'quota', 'entries', 'tasks', 'batches', 'assets');
  }, [open, queries]);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{batch.data ? say('batchTitle', { n: batch.data.items.length }) : say('batch')}</h1>
          {batch.data && (
            <p className="muted">
              <CardName featureId={batch.data.featureId} /> · {formatTime(batch.data.createdAtMs, language)}
            </p>
          )}
        </div>
      </div>
      <Loaded query={batch}>{(data) => <BatchBody batch={data} />}</Loaded>
    </div>
  );
}

function BatchBody({ batch }: { readonly batch: Batch }) {
  const { say } = useText();
  const leftMinutes = useMinutesLeft(batch);
  return (
    <>
      <section className="panel batch-head">
        <p role="status">
          <span className="good-text">{say('batchDone', { n: batch.succeeded })}</span>
          {batch.failed > 0 && <span className="bad-text">{say('batchFailed', { n: batch.failed })}</span>}
          {batch.open > 0 && <span>{say('batchRunning', { n: batch.open })}</span>}
          {leftMinutes !== null && <span className="muted">{say('batchLeft', { n: leftMinutes })}</span>}
        </p>
        <progress max={100} value={batch.percent} aria-label={say('batchPercent', { n: batch.percent })} />
        <BatchButtons batch={batch} />
        {batch.succeeded > 0 && <BatchArchive batchId={batch.batchId} succeeded={batch.succeeded} />}
      </section>
      <ul className="task-list">
        {batch.items.map((item) => (
          <BatchRow key={item.n} item={item} />
        ))}
      </ul>
    </>
  );
}

/** As those that have ended since this page was opened, the rest will: whole minutes, null before anything can be said. */
function useMinutesLeft({ open, items }: Batch): number | null {
  const ended = items.length - open;
  const [begun] = useState(() => ({ atMs: Date.now(), ended }));
  const tookMs = Date.now() - begun.atMs;
  const gone = ended - begun.ended;
  if (gone <= 0 || open === 0 || tookMs < MEASURED_FROM_MS) return null;
  return Math.max(1, Math.ceil(((open / gone) * tookMs) / 60_000));
}

function BatchButtons({ batch }: { readonly batch: Batch }) {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const cancelable = batch.items.filter(({ state }) => MAY_CANCEL.has(state));
  const alone = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await work().catch((error: unknown) => toast(readError(error, say).message, 'bad'));
    await outdate(queries, 'batch', 'batches', 'tasks', 'quota', 'entries');
    setBusy(false);
  };
  const again = (): Promise<void> =>
    alone(async () => {
      const { retried, stoppedBy, items, uploads } = await client.call(retryBatch, { batchId: batch.batchId });
      // A photo that never came is not on this device any more: its new task would wait for nothing.
      const missing = uploads.flatMap(({ n }) => items.find((item) => item.n === n)?.taskId ?? []);
      for (const taskId of missing) await client.call(cancelTask, { taskId });
      const begun = retried - missing.length;
      if (begun > 0) toast(say('batchRetried', { n: begun }));
      if (missing.length > 0) toast(say('batchMissing', { n: missing.length }), 'bad');
      if (retried === 0 && stoppedBy === undefined) toast(say('batchNothingToRetry'), 'bad');
      if (stoppedBy !== undefined) toast(say(stoppedBy === 'CREDITS_SHORT' ? 'batchShort' : 'batchStopped'), 'bad');
    });
  const cancelAll = (): Promise<void> =>
    alone(async () => {
      for (const { taskId } of cancelable) await client.call(cancelTask, { taskId }).catch(hasBegun);
      toast(say('canceledToast'));
    });
  return (
    <div className="buttons">
      {batch.failed > 0 && (
        <button type="button" className="button button-small" disabled={isBusy} onClick={() => void again()}>
          <Icon name="retry" size={16} /> {say('batchRetry', { n: batch.failed })}
        </button>
      )}
      {cancelable.length > 0 && (
        <button
          type="button"
          className="button button-small button-quiet"
          disabled={isBusy}
          onClick={() => void cancelAll()}
        >
          {say('batchCancel', { n: cancelable.length })}
        </button>
      )}
    </div>
  );
}

/** Begun or ended meanwhile: none of those that were meant. */
function hasBegun(error: unknown): void {
  if (!(error instanceof ApiCallError) || !['TASK_RUNNING', 'TASK_ENDED'].includes(error.code)) throw error;
}

function BatchRow({ item }: { readonly item: Item }) {
  const { say } = useText();
  const upload = useUploads().find(({ taskId, state }) => taskId === item.taskId && state !== 'sent');
  return (
    <li>
      <a className="task-row" href={`#/tasks/${item.taskId}`}>
        <span className="task-row-text">
          <span className="task-row-name">{item.name}</span>
          {item.error && <span className="hint bad-text">{item.error.message}</span>}
          {upload && item.state === 'awaiting_upload' && <span className="hint">{uploadText(upload, say)}</span>}
        </span>
        <span className="task-row-end">
          <TaskStateTag state={item.state} />
          {item.refundedCredits > 0 && <span className="hint">{say('taskRefunded', { n: item.refundedCredits })}</span>}
        </span>
      </a>
    </li>
  );
}
