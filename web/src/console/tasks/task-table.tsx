import type * as z from 'zod/mini';
import type { searchTasks } from '../../../../shared/contract/ops-work.ts';
import { formatStamp } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { TaskStateTag } from '../../ui/state-tag.tsx';
import { ListTable } from '../list-table.tsx';
import { TargetLink } from '../target-link.tsx';
import type { List } from '../use-list.ts';
import { useText } from '../use-text.ts';
import { Cause } from './cause.tsx';

type FoundTask = z.output<typeof searchTasks.output>['items'][number];

interface TaskTableProps {
  readonly list: List<FoundTask>;
  /** Said on a page that is not one merchant's. */
  readonly isWithMerchant: boolean;
}

export function TaskTable({ list, isWithMerchant }: TaskTableProps) {
  const { say, language } = useText();
  const columns: readonly Column<FoundTask>[] = [
    { head: say('createdAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
    { head: say('task'), cell: ({ taskId }) => <TargetLink id={taskId} /> },
    ...(isWithMerchant
      ? [{ head: say('merchant'), cell: ({ merchantId }: FoundTask) => <TargetLink id={merchantId} /> }]
      : []),
    { head: say('card'), cell: ({ featureId, featureVersion }) => `${featureId} · v${featureVersion}` },
    { head: say('state'), cell: ({ state }) => <TaskStateTag state={state} /> },
    { head: say('failure'), cell: ({ errorCode }) => <Cause code={errorCode} />, isText: true },
    {
      head: say('taskCredits'),
      cell: ({ credits, refundedCredits }) =>
        refundedCredits > 0 ? say('creditsReturned', { n: credits, back: refundedCredits }) : credits,
      isNumber: true,
    },
    { head: say('took'), cell: (task) => tookText(task), isNumber: true },
  ];
  return (
    <ListTable
      label={say('tasks')}
      list={list}
      columns={columns}
      keyOf={({ taskId }) => taskId}
      empty={say('tasksEmpty')}
      icon="tasks"
    />
  );
}

/** From the start of the work to its end. */
function tookText({ startedAtMs, endedAtMs }: FoundTask): string {
  if (startedAtMs === undefined || endedAtMs === undefined) return '–';
  return `${((endedAtMs - startedAtMs) / 1000).toFixed(1)} s`;
}
