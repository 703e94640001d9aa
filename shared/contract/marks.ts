/**
 * What a merchant drew on a photo to say where the garment is, for a cut-out that is to be made again. One text, so that it
 * is a form's value like any other: marks separated by `;`, places in thousandths of the upright photo's width and height.
 *
 *     box 120,40,880,970           all of the garment is inside: left, top, right, bottom
 *     keep 24 500,300 512,340      a stroke of the brush on the garment, 24 thousandths of the longer side wide
 *     drop 24 80,900 120,910       one on what is not garment
 */

export interface MarkedBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
export interface MarkedStroke {
  readonly kind: 'keep' | 'drop';
  readonly width: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}
export interface Marks {
  readonly box?: MarkedBox;
  readonly strokes: readonly MarkedStroke[];
}

/** What is wrong with a text that should be marks. */
export interface MarksFault {
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
}

/** A page draws no more points than fit: a stroke needs one every few pixels of its width only. */
export const MAX_MARKS_LENGTH = 4000;
export const MAX_STROKES = 60;
export const BRUSH_WIDTHS = { min: 4, max: 200 } as const;
/** A box that is smaller holds no garment. */
export const MIN_BOX_SIDE = 50;

const BOX = /^box (\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})$/;
const STROKE = /^(keep|drop) (\d{1,3})((?: \d{1,4},\d{1,4})+)$/;

const fault = (rule: string, zh: string, en: string): { fault: MarksFault } => ({ fault: { rule, zh, en } });
const isPlace = (value: number): boolean => value <= 1000;

/** Reads marks; the first thing that is wrong with them is named with its number, from 1. */
export function readMarks(text: string): { marks: Marks } | { fault: MarksFault } {
  if (text.length > MAX_MARKS_LENGTH) {
    return fault(
      `max:${MAX_MARKS_LENGTH}`,
      `至多 ${MAX_MARKS_LENGTH} 个字符`,
      `has at most ${MAX_MARKS_LENGTH} characters`,
    );
  }
  let box: MarkedBox | undefined;
  const strokes: MarkedStroke[] = [];
  for (const [n, part] of text.split(';').entries()) {
    const read = readBox(part) ?? readStroke(part);
    if (!read) return fault('format:marks', `第 ${n + 1} 个标记无法识别`, `mark ${n + 1} is no box, keep or drop`);
    if ('points' in read) strokes.push(read);
    else if (box) return fault('max_boxes:1', '只能有一个方框', 'has at most one box');
    else box = read;
  }
  if (strokes.length > MAX_STROKES)
    return fault(`max_strokes:${MAX_STROKES}`, `至多 ${MAX_STROKES} 笔`, `has at most ${MAX_STROKES} strokes`);
  return { marks: { ...(box && { box }), strokes } };
}

function readBox(part: string): MarkedBox | undefined {
  const numbers = BOX.exec(part)?.slice(1).map(Number);
  if (!numbers?.every(isPlace)) return undefined;
  const [left, top, right, bottom] = numbers as [number, number, number, number]; // the pattern's four groups
  return right - left < MIN_BOX_SIDE || bottom - top < MIN_BOX_SIDE ? undefined : { left, top, right, bottom };
}

function readStroke(part: string): MarkedStroke | undefined {
  const [, kind, widthText, places] = STROKE.exec(part) ?? [];
  const width = Number(widthText);
  if (!kind || !places || width < BRUSH_WIDTHS.min || width > BRUSH_WIDTHS.max) return undefined;
  const points = places
    .trim()
    .split(' ')
    .map((place) => place.split(',').map(Number) as [number, number]); // the pattern's pairs
  return points.flat().every(isPlace) ? { kind: kind as MarkedStroke['kind'], width, points } : undefined;
}

/** Whether anything is marked to be taken away. */
export const marksAnything = ({ box, strokes }: Marks): boolean =>
  box !== undefined || strokes.some(({ kind }) => kind === 'drop');

/** The text of marks, as a form takes it. */
export function writeMarks({ box, strokes }: Marks): string {
  const boxes = box ? [`box ${box.left},${box.top},${box.right},${box.bottom}`] : [];
  return [
    ...boxes,
    ...strokes.map(({ kind, width, points }) => `${kind} ${width} ${points.map((point) => point.join(',')).join(' ')}`),
  ].join(';');
}
