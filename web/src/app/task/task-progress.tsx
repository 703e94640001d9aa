import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelTask } from '../../../../shared/contract/tasks.ts';
import { Icon } from '../../ui/icon.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { uploadText } from '../pages/queue-page.tsx';
import { useUploads } from '../uploads/use-uploads.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import type { Task } from './task-shape.ts';

const STEPS = ['stepUpload', 'stepCheck', 'stepWork', 'stepDone'] as const;
const STEP_OF: Readonly<Partial<Record<Task['state'], number>>> = { awaiting_upload: 0, queued: 1, processing: 2 };

/** How far a task is, from the upload on; and the way back, as long as there is one. */
export function TaskProgress({ task }: { readonly task: Task }) {
  const { say } = useText();
  const { client, uploads } = useWorkspace();
  const queries = useQueryClient();
  const upload = useUploads().find(({ taskId }) => taskId === task.taskId);
  const [isCanceling, setCanceling] = useState(false);
  const at = STEP_OF[task.state] ?? 0;
  const cancel = async (): Promise<void> => {
    setCanceling(true);
    try {
      if (upload && upload.state !== 'sent') await uploads.cancel([upload.id]);
      else await client.call(cancelTask, { taskId: task.taskId });
      toast(say('canceledToast'));
    } catch (error) {
      toast(readError(error, say).message, 'bad');
    } finally {
      setCanceling(false);
      void outdate(queries, 'task', 'tasks', 'quota', 'entries');
    }
  };
  return (
    <section className="panel progress-panel">
      <ol className="progress-steps">
        {STEPS.map((step, index) => (
          <li key={step} {...(index === at && { 'aria-current': 'step' as const })} data-done={index < at}>
            <span className="progress-dot">{index < at ? <Icon name="check" size={16} /> : index + 1}</span>
            {say(step)}
          </li>
        ))}
      </ol>
      <p className="progress-text" role="status">
        {task.state === 'awaiting_upload' ? say(upload ? 'taskAwaiting' : 'taskAwaitingNoFile') : say('taskRunning')}
      </p>
      {upload && task.state === 'awaiting_upload' && (
        <div className="progress-upload">
          {upload.previewUrl !== '' && <img src={upload.previewUrl} alt="" />}
          <div>
            <p className="hint">
              {upload.name} · {uploadText(upload, say)}
            </p>
            <progress max={upload.sizeBytes} value={upload.sentBytes} aria-label={upload.name} />
          </div>
          {(upload.state === 'failed' || upload.state === 'offline') && (
            <button type="button" className="button button-small" onClick={() => uploads.retry(upload.id)}>
              {say('tryAgain')}
            </button>
          )}
        </div>
      )}
      <button type="button" className="button button-small" disabled={isCanceling} onClick={() => void cancel()}>
        {say('cancelTask')}
      </button>
      {task.state === 'processing' && <p className="hint">{say('cancelRunningHint')}</p>}
    </section>
  );
}
