import { useCallback, useState } from 'react';
import { TASK_STATES, type TaskState } from '../../../../shared/contract/tasks.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { TASK_STATE_TEXT } from '../../ui/state-tag.tsx';
import { CardSelect, SearchBox } from '../library/library-filters.tsx';
import { TaskList } from '../task-list.tsx';
import { ALL_TASKS, type TaskFilter, useTasks } from '../use-api.ts';
import { useText } from '../use-text.ts';

export function TasksPage() {
  const { say } = useText();
  const [filter, setFilter] = useState(ALL_TASKS);
  const { state } = filter;
  const narrow = useCallback((change: Partial<TaskFilter>) => setFilter((old) => ({ ...old, ...change })), []);
  const search = useCallback((text: string) => narrow({ search: text }), [narrow]);
  const tasks = useTasks(filter);
  const { fetchNextPage } = tasks;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const items = tasks.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = (one: TaskState | null): string => (one === null ? say('all') : say(TASK_STATE_TEXT[one][0]));
  return (
    <div className="page">
      <div className="page-head">
        <h1 tabIndex={-1}>{say('history')}</h1>
        <div className="buttons">
          <a className="button button-small" href="#/batches">
            {say('batches')}
          </a>
          <a className="button button-small" href="#/queue">
            {say('queue')}
          </a>
        </div>
      </div>
      <ChoiceBar
        legend={say('filterBy')}
        name="state"
        choices={[null, ...TASK_STATES].map((one) => [one, shown(one)])}
        chosen={state}
        onChoose={(one) => narrow({ state: one })}
      />
      <div className="filter-row">
        <SearchBox label={say('historySearch')} value={filter.search} onChange={search} />
        <CardSelect value={filter.featureId} onChange={(featureId) => narrow({ featureId })} />
        <DayField label={say('dayFrom')} onChange={(fromMs) => narrow({ fromMs })} />
        <DayField label={say('dayTo')} onChange={(day) => narrow({ toMs: day === null ? null : dayAfter(day) })} />
      </div>
      {tasks.isPending && <Loading />}
      {tasks.isError && <Failure error={tasks.error} onRetry={() => void tasks.refetch()} />}
      {tasks.isSuccess && items.length === 0 && <Empty icon="tasks" title={say('historyEmpty')} />}
      <TaskList tasks={items} />
      {tasks.hasNextPage && <LoadMore isBusy={tasks.isFetchingNextPage} onMore={more} />}
    </div>
  );
}

interface DayFieldProps {
  readonly label: string;
  /** The day's first moment where the merchant is; null: any. */
  readonly onChange: (beginsAtMs: number | null) => void;
}

function DayField({ label, onChange }: DayFieldProps) {
  return (
    <label>
      {label}
      <input
        type="date"
        min="2020-01-01"
        max="2099-12-31"
        onChange={(event) => {
          const beginsAtMs = new Date(`${event.target.value}T00:00`).getTime();
          onChange(beginsAtMs > 0 ? beginsAtMs : null);
        }}
      />
    </label>
  );
}

/** The first moment of the next day: a day has 23 or 25 hours where clocks are changed. */
function dayAfter(beginsAtMs: number): number {
  const day = new Date(beginsAtMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}
