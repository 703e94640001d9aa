import type { ReactNode } from 'react';
import { formatBytes, formatStamp } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { ActionName } from '../action-name.tsx';
import type { ConsoleMessage } from '../console-messages.ts';
import { ENTRY_KINDS } from '../merchants/entry-kinds.ts';
import { TargetLink } from '../target-link.tsx';
import { useText } from '../use-text.ts';
import { Cause } from './cause.tsx';
import type { TaskTrace } from './task-trace.ts';

const UNIT_STATES = {
  waiting: ['unitWaiting', 'plain'],
  leased: ['unitLeased', 'busy'],
  done: ['unitDone', 'good'],
  failed: ['unitFailed', 'bad'],
  dropped: ['unitDropped', 'plain'],
} as const;

type Unit = TaskTrace['units'][number];

/** A task's photos, units, jobs, results, ledger lines, and what operators did with it. */
export function TraceTables({ task }: { readonly task: TaskTrace }) {
  const { say, language } = useText();
  const time = (atMs: number | undefined) => (atMs === undefined ? '–' : formatStamp(atMs, language));
  const pixels = (width: number | undefined, height: number | undefined) =>
    width === undefined || height === undefined ? '–' : `${width}×${height}`;
  const stepOf = (step: number): string => {
    const found = task.steps[step];
    const name = language === 'en' ? found?.nameEn : found?.nameZh;
    return `${step + 1} · ${name ?? found?.processor ?? '–'}`;
  };
  const unitColumns: readonly Column<Unit>[] = [
    { head: say('step'), cell: ({ step }) => stepOf(step) },
    { head: say('unit'), cell: ({ unit }) => unit + 1, isNumber: true },
    {
      head: say('state'),
      cell: ({ state }) => <Tag tone={UNIT_STATES[state][1]}>{say(UNIT_STATES[state][0])}</Tag>,
    },
    { head: say('attempts'), cell: ({ attempts, maxAttempts }) => `${attempts} / ${maxAttempts}`, isNumber: true },
    { head: say('nextAt'), cell: ({ state, nextAtMs }) => (state === 'waiting' ? time(nextAtMs) : '–') },
    { head: say('failure'), cell: ({ errorCode }) => <Cause code={errorCode} />, isText: true },
  ];
  return (
    <>
      <Part title="traceInputs" rows={task.inputs}>
        <DataTable
          label={say('traceInputs')}
          columns={[
            { head: say('codeNumber'), cell: ({ n }) => n + 1 },
            { head: say('fileType'), cell: ({ contentType }) => contentType },
            { head: say('pixels'), cell: ({ width, height }) => pixels(width, height) },
            { head: say('fileSize'), cell: ({ sizeBytes }) => formatBytes(sizeBytes), isNumber: true },
            { head: say('receivedAt'), cell: ({ receivedAtMs }) => time(receivedAtMs) },
          ]}
          rows={task.inputs}
          keyOf={({ n }) => String(n)}
        />
      </Part>
      <Part title="traceUnits" rows={task.units}>
        <DataTable
          label={say('traceUnits')}
          columns={unitColumns}
          rows={task.units}
          keyOf={({ step, unit }) => `${step}-${unit}`}
        />
      </Part>
      <Part title="traceJobs" rows={task.jobs}>
        <DataTable
          label={say('traceJobs')}
          columns={[
            { head: say('createdAt'), cell: ({ createdAtMs }) => time(createdAtMs) },
            { head: say('engine'), cell: ({ engine }) => engine },
            { head: say('step'), cell: ({ step }) => stepOf(step) },
            { head: say('jobId'), cell: ({ jobId }) => <span className="mono">{jobId || '–'}</span> },
            { head: say('jobState'), cell: ({ state }) => state },
            { head: say('jobDetail'), cell: ({ detail }) => detail || '–', isText: true },
          ]}
          rows={task.jobs}
          keyOf={({ attemptId }) => attemptId}
        />
      </Part>
      <Part title="traceOutputs" rows={task.outputs}>
        <DataTable
          label={say('traceOutputs')}
          columns={[
            { head: say('outputName'), cell: ({ name }) => name },
            { head: say('fileType'), cell: ({ contentType }) => contentType },
            { head: say('pixels'), cell: ({ width, height }) => pixels(width, height) },
            { head: say('fileSize'), cell: ({ sizeBytes }) => formatBytes(sizeBytes), isNumber: true },
          ]}
          rows={task.outputs}
          keyOf={({ step, unit, name }) => `${step}-${unit}-${name}`}
        />
      </Part>
      <Part title="traceEntries" rows={task.entries}>
        <DataTable
          label={say('traceEntries')}
          columns={[
            { head: say('time'), cell: ({ createdAtMs }) => time(createdAtMs) },
            { head: say('entryKind'), cell: ({ kind }) => say(ENTRY_KINDS[kind] ?? 'sourceOther') },
            { head: say('credits'), cell: ({ credits }) => (credits > 0 ? `+${credits}` : credits), isNumber: true },
          ]}
          rows={task.entries}
          keyOf={({ entryId }) => entryId}
        />
      </Part>
      <Part title="traceAudit" rows={task.audit}>
        <DataTable
          label={say('traceAudit')}
          columns={[
            { head: say('time'), cell: ({ createdAtMs }) => time(createdAtMs) },
            { head: say('action'), cell: ({ action }) => <ActionName action={action} /> },
            { head: say('actor'), cell: ({ actor }) => <TargetLink id={actor} /> },
            { head: say('reason'), cell: ({ reason }) => reason || '–', isText: true },
          ]}
          rows={task.audit}
          keyOf={({ auditId }) => auditId}
        />
      </Part>
    </>
  );
}

interface PartProps {
  readonly title: ConsoleMessage;
  readonly rows: readonly unknown[];
  readonly children: ReactNode;
}

function Part({ title, rows, children }: PartProps) {
  const { say } = useText();
  return (
    <section>
      <h2>{say(title)}</h2>
      {rows.length > 0 ? children : <p className="muted">{say('traceNone')}</p>}
    </section>
  );
}
