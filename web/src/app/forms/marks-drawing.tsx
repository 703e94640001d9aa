import { useState } from 'react';
import {
  BRUSH_WIDTHS,
  MAX_MARKS_LENGTH,
  MAX_STROKES,
  type Marks,
  writeMarks,
} from '../../../../shared/contract/marks.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { type MarkingTool, MarksEditor } from '../../ui/marks-editor.tsx';
import { toast } from '../../ui/toasts.tsx';
import type { AppMessage } from '../app-messages.ts';
import { useText } from '../use-text.ts';

export const NO_MARKS: Marks = { strokes: [] };
export const isEmptyMarks = ({ box, strokes }: Marks): boolean => box === undefined && strokes.length === 0;

/** The same marks mean where a garment is, or what is to go: each use has names of its own for them, the first of them at hand. */
const TOOLS: Readonly<Record<'cutout' | 'removal', readonly (readonly [MarkingTool, AppMessage])[]>> = {
  cutout: [
    ['box', 'redoBox'],
    ['keep', 'redoKeep'],
    ['drop', 'redoDrop'],
  ],
  removal: [
    ['drop', 'removalPaint'],
    ['box', 'redoBox'],
    ['keep', 'removalRub'],
  ],
};

interface MarksDrawingProps {
  readonly use: keyof typeof TOOLS;
  readonly photoUrl: string;
  readonly marks: Marks;
  readonly onChange: (marks: Marks) => void;
}

/** A photo, the tools to draw on it, and no more marks than a form takes. */
export function MarksDrawing({ use, photoUrl, marks, onChange }: MarksDrawingProps) {
  const { say } = useText();
  const [tool, setTool] = useState<MarkingTool>(TOOLS[use][0]?.[0] ?? 'box');
  const [brushWidth, setBrushWidth] = useState(40);
  const draw = (next: Marks): void => {
    if (next.strokes.length > MAX_STROKES || writeMarks(next).length > MAX_MARKS_LENGTH) toast(say('redoFull'), 'bad');
    else onChange(next);
  };
  const isEmpty = isEmptyMarks(marks);
  const undo = (): void =>
    onChange(marks.strokes.length > 0 ? { ...marks, strokes: marks.strokes.slice(0, -1) } : NO_MARKS);
  return (
    <>
      <ChoiceBar
        legend={say('redoTool')}
        name="tool"
        choices={TOOLS[use].map(([one, text]) => [one, say(text)])}
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
        <button type="button" className="button" disabled={isEmpty} onClick={undo}>
          {say('redoUndo')}
        </button>
        <button type="button" className="button button-quiet" disabled={isEmpty} onClick={() => onChange(NO_MARKS)}>
          {say('redoClear')}
        </button>
      </div>
    </>
  );
}
