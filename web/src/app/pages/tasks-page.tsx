import { useCallback, useState } from 'react';
import { TASK_STATES, type TaskState } from '../../../../shared/contract/tasks.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { TASK_STATE_TEXT } from '../../ui/state-tag.tsx';
import { TaskRow } from '../task-row.tsx';
import { useTasks } from '../use-api.ts';
import { useText } from '../use-text.ts';

export function TasksPage() {
  const { say } = useText();
  const [state, setState] = useState<TaskState | null>(null);
  const tasks = useTasks(state);
  const { fetchNextPage } = tasks;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const items = tasks.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = (one: TaskState | null): string => (one === null ? say('all') : say(TASK_STATE_TEXT[one][0]));
  return (
    <div className="page">
      <div className="page-head">
        <h1 tabIndex={-1}>{say('history')}</h1>
        <a className="button button-small" href="#/queue">
          {say('queue')}
        </a>
      </div>
      <fieldset className="filters">
        <legend className="visually-hidden">{say('filterBy')}</legend>
        {[null, ...TASK_STATES].map((one) => (
          <label key={one ?? 'all'} className="filter">
            <input type="radio" name="state" checked={state === one} onChange={() => setState(one)} />
            <span>{shown(one)}</span>
          </label>
        ))}
      </fieldset>
      {tasks.isPending && <Loading />}
      {tasks.isError && <Failure error={tasks.error} onRetry={() => void tasks.refetch()} />}
      {tasks.isSuccess && items.length === 0 && <Empty icon="tasks" title={say('historyEmpty')} />}
      <ul className="task-list">
        {items.map((task) => (
          <TaskRow key={task.taskId} task={task} />
        ))}
      </ul>
      {tasks.hasNextPage && <LoadMore isBusy={tasks.isFetchingNextPage} onMore={more} />}
    </div>
  );
}
