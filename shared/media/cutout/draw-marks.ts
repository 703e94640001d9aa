import type { MarkedStroke, Marks } from '../../contract/marks.ts';

/** What a merchant said of a pixel. */
export const UNMARKED = 0;
export const MARKED_GARMENT = 1;
export const MARKED_GROUND = 2;
/** Ground as well, but it says nothing of what is inside. */
export const OUTSIDE_BOX = 3;

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Ground is left around the merchant's box, for its colours tell the garment from it. */
const ROOM = 0.05;

/** The part of the photo that is looked at: the box with some room, or all of it. */
export function markedPart({ box }: Marks, width: number, height: number): PixelBox {
  if (!box) return { left: 0, top: 0, width, height };
  const wide = ((box.right - box.left) / 1000) * ROOM;
  const high = ((box.bottom - box.top) / 1000) * ROOM;
  const left = Math.max(0, Math.floor((box.left / 1000 - wide) * width));
  const top = Math.max(0, Math.floor((box.top / 1000 - high) * height));
  const right = Math.min(width, Math.ceil((box.right / 1000 + wide) * width));
  const bottom = Math.min(height, Math.ceil((box.bottom / 1000 + high) * height));
  return { left, top, width: right - left, height: bottom - top };
}

/** The marks as a label for each pixel of that part, drawn at another size. What lies outside the box is ground; later strokes win. */
export function drawMarks(
  { box, strokes }: Marks,
  photo: { readonly width: number; readonly height: number },
  part: PixelBox,
  width: number,
  height: number,
): Uint8Array {
  const labels = new Uint8Array(width * height);
  const toX = (x: number): number => (((x / 1000) * photo.width - part.left) * width) / part.width;
  const toY = (y: number): number => (((y / 1000) * photo.height - part.top) * height) / part.height;
  if (box) {
    labels.fill(OUTSIDE_BOX);
    const [left, right] = [Math.max(0, Math.round(toX(box.left))), Math.round(toX(box.right))];
    for (let y = Math.max(0, Math.round(toY(box.top))); y < Math.min(height, Math.round(toY(box.bottom))); y++) {
      labels.fill(UNMARKED, y * width + left, y * width + Math.min(width, right));
    }
  }
  const unit = (Math.max(photo.width, photo.height) / 1000) * (width / part.width);
  for (const stroke of strokes) drawStroke(labels, width, height, stroke, unit, toX, toY);
  return labels;
}

function drawStroke(
  labels: Uint8Array,
  width: number,
  height: number,
  { kind, width: wide, points }: MarkedStroke,
  unit: number,
  toX: (x: number) => number,
  toY: (y: number) => number,
): void {
  const radius = Math.max(1, (wide * unit) / 2);
  const label = kind === 'keep' ? MARKED_GARMENT : MARKED_GROUND;
  const places = points.map(([x, y]) => [toX(x), toY(y)] as const);
  for (const [n, [x, y]] of places.entries()) {
    const [fromX, fromY] = places[n - 1] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY)));
    for (let i = 0; i <= steps; i++) {
      drawDisc(
        labels,
        width,
        height,
        fromX + ((x - fromX) * i) / steps,
        fromY + ((y - fromY) * i) / steps,
        radius,
        label,
      );
    }
  }
}

function drawDisc(
  labels: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  radius: number,
  label: number,
): void {
  for (let v = Math.max(0, Math.ceil(y - radius)); v <= Math.min(height - 1, y + radius); v++) {
    const half = Math.sqrt(radius * radius - (v - y) ** 2);
    for (let u = Math.max(0, Math.ceil(x - half)); u <= Math.min(width - 1, x + half); u++)
      labels[v * width + u] = label;
  }
}
