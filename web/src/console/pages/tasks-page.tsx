import { TASK_ERRORS } from '../../../../shared/contract/errors.ts';
import { searchTasks } from '../../../../shared/contract/ops-work.ts';
import { TASK_STATES } from '../../../../shared/contract/tasks.ts';
import { TASK_STATE_TEXT } from '../../ui/state-tag.tsx';
import { FilterBar } from '../filter-bar.tsx';
import type { Query } from '../hash-query.ts';
import { idProblem } from '../id-problem.ts';
import { PageHead } from '../page-head.tsx';
import { causeText } from '../tasks/cause.tsx';
import { TaskTable } from '../tasks/task-table.tsx';
import { TracedRequest } from '../tasks/traced-request.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';

const CARD = /^[a-z][a-z0-9_]{1,47}$/;
/** Every cause, and one that the address names although it is of an earlier release. */
const causesWith = (asked: string | undefined): string[] => [
  ...new Set([...Object.keys(TASK_ERRORS), ...(asked ? [asked] : [])]),
];
const TRACE = /^[\w.:-]{1,64}$/;

/** Tasks of all merchants, newest first; those of one request with all that it set off. */
export function TasksPage({ query }: { readonly query: Query }) {
  const { say, language } = useText();
  const list = useList(searchTasks, Object.fromEntries(query));
  const filters = [
    {
      name: 'state',
      label: say('state'),
      options: TASK_STATES.map((state) => [state, say(TASK_STATE_TEXT[state][0])] as const),
    },
    {
      name: 'errorCode',
      label: say('failure'),
      options: causesWith(query.get('errorCode')).map((code) => [code, causeText(code, language)] as const),
    },
    {
      name: 'featureId',
      label: say('cardId'),
      placeholder: 'basic_clean',
      problem: (value: string) => (CARD.test(value) ? undefined : say('cardIdWrong')),
    },
    { name: 'day', label: say('taskDay'), type: 'date' as const },
    { name: 'merchantId', label: say('merchantId'), placeholder: 'mch_…', problem: idProblem(say, 'mch') },
    { name: 'taskId', label: say('taskId'), placeholder: 'tsk_…', problem: idProblem(say, 'tsk') },
    {
      name: 'trace',
      label: say('traceId'),
      problem: (value: string) => (TRACE.test(value) ? undefined : say('traceWrong')),
    },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('tasks')} lead={say('tasksLead')} />
      <FilterBar page="tasks" filters={filters} values={query} />
      <TaskTable list={list} isWithMerchant />
      {list.first?.traced && <TracedRequest traced={list.first.traced} />}
    </div>
  );
}
