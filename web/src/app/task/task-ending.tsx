import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { retryTask } from '../../../../shared/contract/tasks.ts';
import { Icon } from '../../ui/icon.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { LedgerTable } from '../ledger/ledger-table.tsx';
import { go } from '../router.ts';
import { useTaskEntries } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import type { Task } from './task-shape.ts';

/** Trying again with the same photo could only end the same way. */
const SAME_AGAIN = /^(INPUT_|GARMENT_|TEXT_REFUSED$)/;

/** Why there is no result, that the credits came back, with their line, and what to do now. */
export function TaskEnding({ task }: { readonly task: Task }) {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  const [isBusy, setBusy] = useState(false);
  const hasPhotos = task.inputs.every(({ received }) => received);
  const canRetry = hasPhotos && !SAME_AGAIN.test(task.error?.code ?? '');
  const retry = async (): Promise<void> => {
    setBusy(true);
    try {
      const { taskId } = await client.call(retryTask, { taskId: task.taskId }, { idempotencyKey: key });
      void outdate(queries, 'tasks', 'quota', 'entries');
      go(`#/tasks/${taskId}`);
    } catch (error) {
      toast(readError(error, say).message, 'bad');
      setBusy(false);
    }
  };
  return (
    <section className="panel ending">
      <div className="ending-head">
        <Icon name="alert" size={28} />
        <div>
          <h2>{say('taskFailedTitle')}</h2>
          <p>{task.error?.message}</p>
        </div>
      </div>
      {task.refunded && (
        <>
          <p className="good-text ending-refund">
            <Icon name="check" size={18} /> {say('taskRefunded', { n: task.credits })}
          </p>
          <RefundLines taskId={task.taskId} />
        </>
      )}
      <div className="buttons">
        {canRetry && (
          <button type="button" className="button button-primary" disabled={isBusy} onClick={() => void retry()}>
            {say('retryTask')}
          </button>
        )}
        <a className={`button${canRetry ? '' : ' button-primary'}`} href={`#/create/${task.featureId}`}>
          {say('againWithOther')}
        </a>
      </div>
    </section>
  );
}

/** Its lines of the ledger: taken, and given back. */
function RefundLines({ taskId }: { readonly taskId: string }) {
  const entries = useTaskEntries(taskId).data?.items ?? [];
  return entries.length === 0 ? null : <LedgerTable entries={entries} />;
}
