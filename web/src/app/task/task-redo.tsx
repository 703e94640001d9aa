import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { writeMarks } from '../../../../shared/contract/marks.ts';
import { retryTask } from '../../../../shared/contract/tasks.ts';
import { Failure } from '../../ui/messages.tsx';
import { isEmptyMarks, MarksDrawing, NO_MARKS } from '../forms/marks-drawing.tsx';
import { go } from '../router.ts';
import { useFeatures } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import type { Task } from './task-shape.ts';

/** A cut-out made again, with the merchant's own marks for where the garment is; a new task at the card's price. */
export function TaskRedo({ task }: { readonly task: Task }) {
  const { say } = useText();
  const card = useFeatures().data?.features.find(({ featureId }) => featureId === task.featureId);
  const field = card?.form.find((one) => one.type === 'marks' && one.use !== 'removal');
  const photoUrl = task.inputs[0]?.url;
  if (!card || card.closed !== undefined || !field || photoUrl === undefined) return null;
  return (
    <details className="panel redo">
      <summary>{say('redoTitle')}</summary>
      <p className="hint">{say('redoLead')}</p>
      <Redo task={task} fieldName={field.name} photoUrl={photoUrl} credits={card.credits} />
    </details>
  );
}

interface RedoProps {
  readonly task: Task;
  readonly fieldName: string;
  readonly photoUrl: string;
  readonly credits: number;
}

function Redo({ task, fieldName, photoUrl, credits }: RedoProps) {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  // Other marks are another task: each drawing has a key of its own.
  const [{ marks, key }, setDrawing] = useState(() => ({ marks: NO_MARKS, key: crypto.randomUUID() }));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const make = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const input = { taskId: task.taskId, form: { [fieldName]: writeMarks(marks) } };
      const { taskId } = await client.call(retryTask, input, { idempotencyKey: key });
      void outdate(queries, 'tasks', 'quota', 'entries');
      go(`#/tasks/${taskId}`);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <MarksDrawing
        use="cutout"
        photoUrl={photoUrl}
        marks={marks}
        onChange={(next) => setDrawing({ marks: next, key: crypto.randomUUID() })}
      />
      <button
        type="button"
        className="button button-primary"
        disabled={isEmptyMarks(marks) || isBusy}
        onClick={() => void make()}
      >
        {say('redoMake', { n: credits })}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}
