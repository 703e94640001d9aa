import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { formatTime } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { TaskStateTag } from '../../ui/state-tag.tsx';
import { TaskEnding } from '../task/task-ending.tsx';
import { TaskProgress } from '../task/task-progress.tsx';
import { TaskRedo } from '../task/task-redo.tsx';
import { TaskResults } from '../task/task-results.tsx';
import type { Task } from '../task/task-shape.ts';
import { CardName } from '../task-row.tsx';
import { useTask } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { type Say, useText } from '../use-text.ts';

export function TaskPage({ taskId }: { readonly taskId: string }) {
  const { say } = useText();
  const task = useTask(taskId);
  const queries = useQueryClient();
  const hasEnded = task.data !== undefined && task.data.pollAfterMs === undefined;
  useEffect(() => {
    // Its end may have returned credits.
    if (hasEnded) void outdate(queries, 'quota', 'entries', 'tasks', 'batches', 'assets');
  }, [hasEnded, queries]);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{task.data ? <CardName featureId={task.data.featureId} /> : say('taskTitle')}</h1>
          <p aria-live="polite">{task.data && <TaskStateTag state={task.data.state} />}</p>
        </div>
      </div>
      <Loaded query={task}>{(data) => <TaskBody task={data} />}</Loaded>
    </div>
  );
}

function TaskBody({ task }: { readonly task: Task }) {
  return (
    <>
      {task.pollAfterMs !== undefined && <TaskProgress task={task} />}
      {task.state === 'succeeded' && <TaskResults task={task} />}
      {task.state === 'succeeded' && <TaskRedo key={task.taskId} task={task} />}
      {task.pollAfterMs === undefined && task.state !== 'succeeded' && <TaskEnding task={task} />}
      <TaskFacts task={task} />
    </>
  );
}

function duration(ms: number, say: Say): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 120 ? say('seconds', { n: seconds }) : say('minutes', { n: Math.round(seconds / 60) });
}

function TaskFacts({ task }: { readonly task: Task }) {
  const { say, language } = useText();
  const { createdAtMs, endedAtMs, credits, retryOf, taskId } = task;
  return (
    <section className="panel">
      <dl className="pairs-list">
        <div>
          <dt>{say('createdAt')}</dt>
          <dd>{formatTime(createdAtMs, language)}</dd>
        </div>
        {endedAtMs !== undefined && (
          <div>
            <dt>{say('took')}</dt>
            <dd>{duration(endedAtMs - createdAtMs, say)}</dd>
          </div>
        )}
        <div>
          <dt>{say('creditsTaken')}</dt>
          <dd>{task.refunded ? `0 (${say('taskRefunded', { n: credits })})` : credits}</dd>
        </div>
        {retryOf !== undefined && (
          <div>
            <dt>{say('retryOf')}</dt>
            <dd>
              <a className="mono" href={`#/tasks/${retryOf}`}>{`…${retryOf.slice(-6)}`}</a>
            </dd>
          </div>
        )}
        <div>
          <dt>{say('taskId')}</dt>
          <dd className="mono">{taskId}</dd>
        </div>
      </dl>
    </section>
  );
}
