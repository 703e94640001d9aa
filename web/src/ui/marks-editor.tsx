import { type PointerEvent, useState } from 'react';
import { type MarkedStroke, type Marks, MIN_BOX_SIDE } from '../../../shared/contract/marks.ts';
import { useText } from './use-text.ts';

export type MarkingTool = 'box' | MarkedStroke['kind'];
type Place = readonly [x: number, y: number];

interface MarksEditorProps {
  readonly photoUrl: string;
  readonly marks: Marks;
  readonly tool: MarkingTool;
  /** In thousandths of the photo's longer side. */
  readonly brushWidth: number;
  readonly onChange: (marks: Marks) => void;
}

/** A stroke of a brush needs a point every half of its width; a text of marks has room for so many. */
const POINT_EVERY = 0.5;
const within = (value: number): number => Math.min(1000, Math.max(0, Math.round(value)));

/** A photo to draw on with mouse, pen or finger: a box around the garment, strokes on it and beside it. */
export function MarksEditor({ photoUrl, marks, tool, brushWidth, onChange }: MarksEditorProps) {
  const { say } = useText();
  const [shape, setShape] = useState({ width: 1000, height: 1000 });
  const [trail, setTrail] = useState<readonly Place[]>([]);
  const drawn = trail.length > 0 ? withTrail(marks, trail, tool, brushWidth) : marks;
  const placeOf = ({ currentTarget, clientX, clientY }: PointerEvent): Place => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return [within(((clientX - left) / width) * 1000), within(((clientY - top) / height) * 1000)];
  };
  const begin = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setTrail([placeOf(event)]);
  };
  const go = (event: PointerEvent): void => {
    const last = trail.at(-1);
    if (!last) return;
    const place = placeOf(event);
    if (tool === 'box') setTrail([trail[0] ?? place, place]);
    else if (Math.hypot(place[0] - last[0], place[1] - last[1]) >= brushWidth * POINT_EVERY)
      setTrail([...trail, place]);
  };
  const end = (): void => {
    setTrail([]);
    const isTooSmall = tool === 'box' && !isBox(drawn);
    if (trail.length > 0 && !isTooSmall) onChange(drawn);
  };
  return (
    <div className="marks-editor">
      <img
        src={photoUrl}
        alt={say('original')}
        draggable={false}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          const longer = Math.max(naturalWidth, naturalHeight, 1);
          setShape({ width: (naturalWidth / longer) * 1000, height: (naturalHeight / longer) * 1000 });
        }}
      />
      <svg
        role="img"
        aria-label={say('redoDrawing')}
        viewBox={`0 0 ${shape.width} ${shape.height}`}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={() => setTrail([])}
      >
        <DrawnMarks marks={drawn} shape={shape} />
      </svg>
    </div>
  );
}

const isBox = ({ box }: Marks): boolean =>
  box !== undefined && box.right - box.left >= MIN_BOX_SIDE && box.bottom - box.top >= MIN_BOX_SIDE;

/** The marks with what is being drawn. A stroke of one point is a dot: its point stands twice. */
function withTrail(marks: Marks, trail: readonly Place[], tool: MarkingTool, width: number): Marks {
  const [first = [0, 0], last = first] = [trail[0], trail.at(-1)];
  if (tool !== 'box') {
    const points = trail.length === 1 ? [first, first] : trail;
    return { ...marks, strokes: [...marks.strokes, { kind: tool, width, points }] };
  }
  const box = {
    left: Math.min(first[0], last[0]),
    top: Math.min(first[1], last[1]),
    right: Math.max(first[0], last[0]),
    bottom: Math.max(first[1], last[1]),
  };
  return { ...marks, box };
}

interface DrawnMarksProps {
  readonly marks: Marks;
  readonly shape: { readonly width: number; readonly height: number };
}

function DrawnMarks({ marks: { box, strokes }, shape }: DrawnMarksProps) {
  const x = (value: number): number => (value / 1000) * shape.width;
  const y = (value: number): number => (value / 1000) * shape.height;
  return (
    <>
      {box && (
        <rect
          className="mark-box"
          x={x(box.left)}
          y={y(box.top)}
          width={x(box.right - box.left)}
          height={y(box.bottom - box.top)}
        />
      )}
      {strokes.map(({ kind, width, points }, index) => (
        <polyline
          // biome-ignore lint/suspicious/noArrayIndexKey: strokes are only added and removed at the end
          key={index}
          className={`mark-${kind}`}
          strokeWidth={width}
          points={points.map((point) => `${x(point[0])},${y(point[1])}`).join(' ')}
        />
      ))}
    </>
  );
}
