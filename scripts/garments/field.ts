/** One number per cell of a coarse grid over the picture. */
export interface Field {
  width: number;
  height: number;
  /** The picture's pixels per cell. */
  step: number;
  data: Float32Array;
}

/** Fills a grid; `value` is asked for the picture's coordinates. */
export function makeField(
  width: number,
  height: number,
  step: number,
  value: (x: number, y: number) => number = () => 0,
): Field {
  const field = { width: Math.ceil(width / step) + 1, height: Math.ceil(height / step) + 1, step };
  const data = new Float32Array(field.width * field.height);
  let at = 0;
  for (let y = 0; y < field.height; y++) for (let x = 0; x < field.width; x++) data[at++] = value(x * step, y * step);
  return { ...field, data };
}

/** Between the cells, at the picture's coordinates (which lie inside). */
export function fieldAt(field: Field, x: number, y: number): number {
  const { width, height, step, data } = field;
  const fx = Math.min(Math.max(x / step, 0), width - 1.001);
  const fy = Math.min(Math.max(y / step, 0), height - 1.001);
  const left = fx | 0;
  const top = fy | 0;
  const u = fx - left;
  const at = top * width + left;
  const upper = data[at]! + (data[at + 1]! - data[at]!) * u;
  const lower = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * u;
  return upper + (lower - upper) * (fy - top);
}

/** Three box blurs of the radius in the picture's pixels: nearly a Gaussian. A new field. */
export function blurred(field: Field, radius: number): Field {
  const cells = Math.max(1, Math.round(radius / field.step));
  const { width, height } = field;
  const from = Float32Array.from(field.data);
  const to = new Float32Array(from.length);
  for (let round = 0; round < 3; round++) {
    blurLines(from, to, height, width, width, 1, cells);
    blurLines(to, from, width, height, 1, width, cells);
  }
  return { ...field, data: from };
}

function blurLines(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  cells: number,
): void {
  const share = 1 / (2 * cells + 1);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    const last = length - 1;
    let sum = from[start]! * (cells + 1);
    for (let i = 1; i <= cells; i++) sum += from[start + Math.min(i, last) * step]!;
    for (let i = 0; i < length; i++) {
      to[start + i * step] = sum * share;
      sum += from[start + Math.min(i + cells + 1, last) * step]! - from[start + Math.max(i - cells, 0) * step]!;
    }
  }
}
