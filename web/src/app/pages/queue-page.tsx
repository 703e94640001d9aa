import { formatBytes } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { readError } from '../read-error.ts';
import type { Upload } from '../uploads/upload-queue.ts';
import { useUploads } from '../uploads/use-uploads.ts';
import { type Say, useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

const isStuck = ({ state }: Upload): boolean => state === 'failed' || state === 'offline';

export function QueuePage() {
  const { say } = useText();
  const { uploads: queue } = useWorkspace();
  const uploads = useUploads();
  const sent = uploads.filter(({ state }) => state === 'sent').length;
  const stuck = uploads.filter(isStuck).length;
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('queue')}</h1>
          <p className="muted">{say('queueLead')}</p>
        </div>
      </div>
      {uploads.length === 0 && <Empty icon="upload" title={say('queueEmpty')} />}
      {uploads.length > 0 && (
        <>
          <div className="section-head">
            <div className="queue-total">
              <p role="status">{say('queueDone', { done: sent, total: uploads.length })}</p>
              <progress max={uploads.length} value={sent} aria-label={say('queue')} />
            </div>
            {stuck > 0 && (
              <button type="button" className="button button-small" onClick={queue.retryFailed}>
                <Icon name="retry" size={16} /> {say('retryFailed', { n: stuck })}
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
  const cancel = (): void => {
    uploads.cancel(id).then(
      () => toast(say('canceledToast')),
      (error: unknown) => toast(readError(error, say).message, 'bad'),
    );
  };
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
          <button type="button" className="button button-small button-quiet" onClick={cancel}>
            {say('cancel')}
          </button>
        )}
      </span>
    </li>
  );
}
