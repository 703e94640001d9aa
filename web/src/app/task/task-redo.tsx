import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  BRUSH_WIDTHS,
  MAX_MARKS_LENGTH,
  MAX_STROKES,
  type Marks,
  writeMarks,
} from '../../../../shared/contract/marks.ts';
import { retryTask } from '../../../../shared/contract/tasks.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { type MarkingTool, MarksEditor } from '../../ui/marks-editor.tsx';
import { Failure } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { go } from '../router.ts';
import { useFeatures } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import type { Task } from './task-shape.ts';

const TOOLS = [
  ['box', 'redoBox'],
  ['keep', 'redoKeep'],
  ['drop', 'redoDrop'],
] as const;
const NOTHING: Marks = { strokes: [] };

/** A cut-out made again, with the merchant's own marks for where the garment is; a new task at the card's price. */
export function TaskRedo({ task }: { readonly task: Task }) {
  const { say } = useText();
  const card = useFeatures().data?.features.find(({ featureId }) => featureId === task.featureId);
  const field = card?.form.find(({ type }) => type === 'marks');
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
  const [tool, setTool] = useState<MarkingTool>('box');
  const [brushWidth, setBrushWidth] = useState(40);
  // Other marks are another task: each drawing has a key of its own.
  const [{ marks, key }, setDrawing] = useState(() => ({ marks: NOTHING, key: crypto.randomUUID() }));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const draw = (next: Marks): void => {
    if (next.strokes.length > MAX_STROKES || writeMarks(next).length > MAX_MARKS_LENGTH) toast(say('redoFull'), 'bad');
    else setDrawing({ marks: next, key: crypto.randomUUID() });
  };
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
  const isEmpty = marks.box === undefined && marks.strokes.length === 0;
  const undo = (): void => draw(marks.strokes.length > 0 ? { ...marks, strokes: marks.strokes.slice(0, -1) } : NOTHING);
  return (
    <>
      <ChoiceBar
        legend={say('redoTool')}
        name="tool"
        choices={TOOLS.map(([one, text]) => [one, say(text)])}
        chosen={tool}
        onChoose={setTool}
      />
      {tool !== 'box' && (
        <label className="redo-width">
          {say('redoWidth')}
          <input
            type="range"
            min={BRUSH_WIDTHS.min}
            max={BRUSH_WIDTHS.max}
            value={brushWidth}
            onChange={(event) => setBrushWidth(event.target.valueAsNumber)}
          />
        </label>
      )}
      <MarksEditor photoUrl={photoUrl} marks={marks} tool={tool} brushWidth={brushWidth} onChange={draw} />
      <div className="buttons">
        <button
          type="button"
          className="button button-primary"
          disabled={isEmpty || isBusy}
          onClick={() => void make()}
        >
          {say('redoMake', { n: credits })}
        </button>
        <button type="button" className="button" disabled={isEmpty} onClick={undo}>
          {say('redoUndo')}
        </button>
        <button type="button" className="button button-quiet" disabled={isEmpty} onClick={() => draw(NOTHING)}>
          {say('redoClear')}
        </button>
      </div>
      {error !== null && <Failure error={error} />}
    </>
  );
}
