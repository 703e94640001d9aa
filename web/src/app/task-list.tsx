import { useRowWindow } from '../ui/use-row-window.ts';
import { TaskRow, type TaskSummary } from './task-row.tsx';

export function TaskList({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  const { place, from, to, abovePx, belowPx } = useRowWindow<HTMLUListElement>(tasks.length);
  const isLong = to - from < tasks.length;
  return (
    <ul
      ref={place}
      className={`task-list${isLong ? ' list-long' : ''}`}
      style={{ paddingTop: abovePx, paddingBottom: belowPx }}
    >
      {tasks.slice(from, to).map((task, index) => (
        <TaskRow key={task.taskId} task={task} {...(isLong && { at: from + index + 1, of: tasks.length })} />
      ))}
    </ul>
  );
}
