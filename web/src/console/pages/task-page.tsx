import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { traceTask } from '../../../../shared/contract/ops-tasks.ts';
import { formatStamp } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { TaskStateTag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { type Fact, FactList } from '../fact-list.tsx';
import { hashWith } from '../hash-query.ts';
import { TargetLink } from '../target-link.tsx';
import { Cause } from '../tasks/cause.tsx';
import { EndTaskDialog } from '../tasks/end-task-dialog.tsx';
import { RerunDialog } from '../tasks/rerun-dialog.tsx';
import type { TaskTrace } from '../tasks/task-trace.ts';
import { TraceTables } from '../tasks/trace-tables.tsx';
import { useText } from '../use-text.ts';

const RUNNING = ['awaiting_upload', 'queued', 'processing'];

/** What the merchant could repeat without sending a photo; whether it could do better is judged by the service. */
const canRerun = ({ state, refundedCredits, inputs }: TaskTrace): boolean =>
  (['failed', 'canceled', 'expired'].includes(state) || (state === 'succeeded' && refundedCredits > 0)) &&
  inputs.every(({ receivedAtMs }) => receivedAtMs !== undefined);

/** Everything about one task, for whoever looks into why. */
export function TaskPage({ taskId }: { readonly taskId: string }) {
  const { say } = useText();
  const { client } = useConsole();
  const trace = useQuery({
    queryKey: ['trace-task', taskId],
    queryFn: ({ signal }) => client.call(traceTask, { taskId }, { signal }),
  });
  return (
    <div className="page page-wide">
      <a href="#/tasks">{say('backToTasks')}</a>
      <h1 tabIndex={-1}>{say('task')}</h1>
      <Loaded query={trace}>
        {(task) => (
          <>
            <Facts task={task} />
            <TraceTables task={task} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Facts({ task }: { readonly task: TaskTrace }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [asked, setAsked] = useState<'end' | 'rerun' | null>(null);
  const time = (atMs: number | undefined) => (atMs === undefined ? '–' : formatStamp(atMs, language));
  const returned = task.entries.reduce((sum, { kind, credits }) => (kind === 'refund' ? sum + credits : sum), 0);
  const facts: readonly Fact[] = [
    [say('state'), <TaskStateTag key="state" state={task.state} />],
    [say('merchant'), <TargetLink key="merchant" id={task.merchantId} />],
    [say('card'), `${task.featureId} · v${task.featureVersion}`],
    [say('taskCredits'), task.credits],
    [say('creditsBack'), returned],
    [say('failure'), <Cause key="cause" code={task.errorCode} />],
    ...(task.retryOf === undefined ? [] : [[say('retryOf'), <TargetLink key="retry" id={task.retryOf} />] as const]),
    [say('createdAt'), time(task.createdAtMs)],
    [say('queuedAt'), time(task.queuedAtMs)],
    [say('startedAt'), time(task.startedAtMs)],
    [say('taskEndedAt'), time(task.endedAtMs)],
    [say('deadlineAt'), time(task.deadlineAtMs)],
    ...(task.trace === undefined ? [] : [[say('trace'), <TraceLink key="trace" trace={task.trace} />] as const]),
  ];
  return (
    <section className="panel">
      <p className="mono">{task.taskId}</p>
      <FactList facts={facts} />
      <div className="buttons">
        {canWrite && RUNNING.includes(task.state) && (
          <button type="button" className="button button-danger" onClick={() => setAsked('end')}>
            {say('endTask')}
          </button>
        )}
        {canWrite && canRerun(task) && (
          <button type="button" className="button" onClick={() => setAsked('rerun')}>
            {say('rerun')}
          </button>
        )}
        <a className="button button-quiet" href={hashWith('audit', { target: task.taskId })}>
          {say('auditOfThis')}
        </a>
      </div>
      {asked === 'end' && <EndTaskDialog task={task} onClose={() => setAsked(null)} />}
      {asked === 'rerun' && <RerunDialog task={task} onClose={() => setAsked(null)} />}
    </section>
  );
}

function TraceLink({ trace }: { readonly trace: string }) {
  return (
    <a className="mono" href={hashWith('tasks', { trace })}>
      {trace}
    </a>
  );
}
