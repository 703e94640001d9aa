import { useState } from 'react';
import { formatBytes } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/messages.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { BatchList } from '../batch-list.tsx';
import type { Upload, UploadQueue } from '../uploads/upload-queue.ts';
import { useUploads } from '../uploads/use-uploads.ts';
import { useBatches } from '../use-api.ts';
import { type Say, useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

/** Sooner, an estimate would jump. */
const MEASURED_FROM_MS = 2000;
const NEWEST = 5;
const isStuck = ({ state }: Upload): boolean => state === 'failed' || state === 'offline';

export function QueuePage() {
  const { say } = useText();
  const { uploads: queue } = useWorkspace();
  const uploads = useUploads();
  const sent = uploads.filter(({ state }) => state === 'sent').length;
  const stuck = uploads.filter(isStuck).length;
  const open = uploads.filter(({ state }) => state !== 'sent');
  const leftMinutes = useMinutesLeft(uploads);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('queue')}</h1>
          <p className="muted">{say('queueLead')}</p>
        </div>
      </div>
      {uploads.length === 0 && <Empty icon="upload" title={say('queueEmpty')} />}
      <Batches />
      {uploads.length > 0 && (
        <>
          <div className="section-head">
            <div className="queue-total">
              <p>
                <span role="status">{say('queueDone', { done: sent, total: uploads.length })}</span>
                {leftMinutes !== null && <span className="muted"> · {say('queueLeft', { n: leftMinutes })}</span>}
              </p>
              <progress max={uploads.length} value={sent} aria-label={say('queue')} />
            </div>
            {stuck > 0 && (
              <button type="button" className="button button-small" onClick={queue.retryFailed}>
                <Icon name="retry" size={16} /> {say('retryFailed', { n: stuck })}
              </button>
            )}
            {open.length > 1 && (
              <button
                type="button"
                className="button button-small button-quiet"
                onClick={() => cancel(open, queue, say)}
              >
                {say('cancelAll', { n: open.length })}
              </button>
            )}
            {sent > 0 && (
              <button type="button" className="button button-small button-quiet" onClick={queue.clearSent}>
                {say('clearSent')}
              </button>
            )}
          </div>
          <ul className="task-list">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Ways to the newest batches: what is sent here goes on there. */
function Batches() {
  const { say } = useText();
  const newest = useBatches().data?.pages[0]?.items.slice(0, NEWEST) ?? [];
  if (newest.length === 0) return null;
  return (
    <section>
      <div className="section-head">
        <h2>{say('batchRecent')}</h2>
        <a href="#/batches">{say('seeAll')}</a>
      </div>
      <BatchList batches={newest} />
    </section>
  );
}

/** As the photos since this page was opened went, the rest will: whole minutes, null before anything can be said. */
function useMinutesLeft(uploads: readonly Upload[]): number | null {
  const [begun] = useState(() => ({ atMs: Date.now(), bytes: sentOf(uploads) }));
  const leftBytes = uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - sentOf(uploads);
  const gone = sentOf(uploads) - begun.bytes;
  const tookMs = Date.now() - begun.atMs;
  if (gone <= 0 || leftBytes <= 0 || tookMs < MEASURED_FROM_MS) return null;
  return Math.max(1, Math.ceil(((leftBytes / gone) * tookMs) / 60_000));
}

const sentOf = (uploads: readonly Upload[]): number => uploads.reduce((sum, { sentBytes }) => sum + sentBytes, 0);

function cancel(open: readonly Upload[], queue: UploadQueue, say: Say): void {
  queue.cancel(open.map(({ id }) => id)).then(
    () => toast(say('canceledToast')),
    (error: unknown) => toast(readError(error, say).message, 'bad'),
  );
}

/** Where one photo is, in words. */
export function uploadText({ state, sentBytes, sizeBytes, error }: Upload, say: Say): string {
  switch (state) {
    case 'waiting':
      return say('uploadWaiting');
    case 'creating':
      return say('uploadCreating');
    case 'sending':
      return say('uploadSending', { percent: Math.min(99, Math.floor((sentBytes / sizeBytes) * 100)) });
    case 'sent':
      return say('uploadSent');
    case 'offline':
      return say('uploadOffline');
    case 'failed':
      return error === undefined ? say('uploadFailed') : readError(error, say).message;
  }
}

function UploadRow({ upload }: { readonly upload: Upload }) {
  const { say } = useText();
  const { uploads } = useWorkspace();
  const { id, name, previewUrl, state, sizeBytes, sentBytes, taskId } = upload;
  return (
    <li className="task-row">
      <span className="thumbnail">{previewUrl === '' ? <Icon name="image" /> : <img src={previewUrl} alt="" />}</span>
      <span className="task-row-text">
        <span className="task-row-name">{name}</span>
        <span className={`hint${isStuck(upload) ? ' bad-text' : ''}`}>
          {formatBytes(sizeBytes)} · {uploadText(upload, say)}
        </span>
        {state !== 'sent' && <progress max={sizeBytes} value={sentBytes} aria-label={name} />}
      </span>
      <span className="task-row-buttons">
        {taskId !== undefined && state === 'sent' && (
          <a className="button button-small" href={`#/tasks/${taskId}`}>
            {say('openTask')}
          </a>
        )}
        {isStuck(upload) && (
          <button type="button" className="button button-small" onClick={() => uploads.retry(id)}>
            {say('tryAgain')}
          </button>
        )}
        {state !== 'sent' && (
          <button
            type="button"
            className="button button-small button-quiet"
            onClick={() => cancel([upload], uploads, say)}
          >
            {say('cancel')}
          </button>
        )}
      </span>
    </li>
  );
}
