/** One channel of floats, rows from the top. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** Memory for planes of one size, given again after `clear`: what millions of floats leave behind is not freed soon. */
export interface PlaneRoom {
  /** Whatever was in it. */
  readonly take: () => Float32Array;
  readonly clear: () => void;
}

export function planeRoom(size: number): PlaneRoom {
  const kept: Float32Array[] = [];
  let used = 0;
  return {
    take: () => {
      const plane = kept[used] ?? new Float32Array(size);
      kept[used++] = plane;
      return plane;
    },
    clear: () => {
      used = 0;
    },
  };
}

/** Averages interleaved RGB down to a smaller size, each source pixel weighted by the area that it covers. */
export function shrinkRgb(rgb: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Buffer {
  const out = Buffer.allocUnsafe(toWidth * toHeight * 3);
  const row = new Float32Array(toWidth * 3);
  const columns = coverage(width, toWidth);
  const rows = coverage(height, toHeight);
  for (let y = 0; y < toHeight; y++) {
    row.fill(0);
    for (let k = rows.from[y]!; k < rows.from[y + 1]!; k++) {
      const line = rows.source[k]! * width * 3;
      const weightY = rows.weight[k]!;
      for (let x = 0; x < toWidth; x++) {
        for (let j = columns.from[x]!; j < columns.from[x + 1]!; j++) {
          const weight = weightY * columns.weight[j]!;
          const at = line + columns.source[j]! * 3;
          row[x * 3] = row[x * 3]! + weight * rgb[at]!;
          row[x * 3 + 1] = row[x * 3 + 1]! + weight * rgb[at + 1]!;
          row[x * 3 + 2] = row[x * 3 + 2]! + weight * rgb[at + 2]!;
        }
      }
    }
    for (let i = 0; i < row.length; i++) out[y * toWidth * 3 + i] = row[i]! + 0.5;
  }
  return out;
}

/** Per target cell, the source cells under it and their share, as one flat list with offsets. */
function coverage(size: number, toSize: number): { from: Int32Array; source: Int32Array; weight: Float32Array } {
  const scale = size / toSize;
  const from = new Int32Array(toSize + 1);
  const source: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < toSize; i++) {
    from[i] = source.length;
    const start = i * scale;
    const end = Math.min(size, start + scale);
    for (let s = Math.floor(start); s < end - 1e-6; s++) {
      source.push(s);
      weight.push((Math.min(end, s + 1) - Math.max(start, s)) / (end - start));
    }
  }
  from[toSize] = source.length;
  return { from, source: Int32Array.from(source), weight: Float32Array.from(weight) };
}

/** Bilinear, pixel centres aligned, edges clamped. */
export function enlarge(plane: Plane, width: number, height: number): Plane {
  const data = new Float32Array(width * height);
  const scaleX = plane.width / width;
  const scaleY = plane.height / height;
  for (let y = 0; y < height; y++) {
    const v = Math.max(0, Math.min(plane.height - 1, (y + 0.5) * scaleY - 0.5));
    const top = Math.floor(v);
    const upper = top * plane.width;
    const lower = Math.min(plane.height - 1, top + 1) * plane.width;
    for (let x = 0; x < width; x++) {
      const u = Math.max(0, Math.min(plane.width - 1, (x + 0.5) * scaleX - 0.5));
      const left = Math.floor(u);
      const right = Math.min(plane.width - 1, left + 1);
      const a = plane.data[upper + left]! * (1 - u + left) + plane.data[upper + right]! * (u - left);
      const b = plane.data[lower + left]! * (1 - u + left) + plane.data[lower + right]! * (u - left);
      data[y * width + x] = a * (1 - v + top) + b * (v - top);
    }
  }
  return { width, height, data };
}

/** Between the two passes of a mean; of the last picture's size, for means come by the dozen. */
let rowMeans = new Float32Array(0);

/** Mean over a square of 2·radius+1, counted over the part inside the picture. Cost does not depend on the radius. */
export function boxMean(plane: Plane, radius: number, into: Float32Array = new Float32Array(plane.data.length)): Plane {
  return meanInto(plane, radius, into);
}

/** The same in the plane's own memory, for one that nobody else looks at. */
export function becomeBoxMean(plane: Plane, radius: number): Plane {
  return meanInto(plane, radius, plane.data);
}

function meanInto({ width, height, data: from }: Plane, radius: number, data: Float32Array): Plane {
  if (rowMeans.length !== from.length) rowMeans = new Float32Array(from.length);
  for (let y = 0; y < height; y++) meanAcross(from, rowMeans, y * width, width, radius);
  meanDown(rowMeans, data, width, height, radius);
  return { width, height, data };
}

/** The loops are apart where the window meets an edge: most pixels are met by none, and are asked nothing. */
function meanAcross(from: Float32Array, to: Float32Array, row: number, width: number, radius: number): void {
  const whole = 2 * radius + 1;
  let sum = 0;
  let x = 0;
  for (; x < Math.min(radius, width); x++) sum += from[row + x]!;
  // Up to which pixel the window still takes one in, and from which it leaves one.
  const entersUntil = Math.max(0, width - radius);
  const leavesFrom = radius + 1;
  for (x = 0; x < Math.min(leavesFrom, entersUntil); x++) {
    sum += from[row + x + radius]!;
    to[row + x] = sum / (x + radius + 1);
  }
  for (; x < Math.min(leavesFrom, width); x++) to[row + x] = sum / width;
  for (; x < entersUntil; x++) {
    sum += from[row + x + radius]!;
    sum -= from[row + x - leavesFrom]!;
    to[row + x] = sum / whole;
  }
  for (; x < width; x++) {
    sum -= from[row + x - leavesFrom]!;
    to[row + x] = sum / (width - x + radius);
  }
}

function meanDown(from: Float32Array, to: Float32Array, width: number, height: number, radius: number): void {
  const sums = new Float64Array(width);
  for (let y = 0; y < Math.min(radius, height); y++) {
    for (let x = 0; x < width; x++) sums[x] = sums[x]! + from[y * width + x]!;
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const count = Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1;
    const entering = (y + radius) * width;
    const leaving = (y - radius - 1) * width;
    if (y + radius < height && y > radius) {
      for (let x = 0; x < width; x++) {
        const sum = sums[x]! + from[entering + x]! - from[leaving + x]!;
        sums[x] = sum;
        to[row + x] = sum / count;
      }
      continue;
    }
    if (y + radius < height) addRow(sums, from, entering);
    if (y > radius) takeRow(sums, from, leaving);
    for (let x = 0; x < width; x++) to[row + x] = sums[x]! / count;
  }
}

function addRow(sums: Float64Array, from: Float32Array, row: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = sums[x]! + from[row + x]!;
}

function takeRow(sums: Float64Array, from: Float32Array, row: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = sums[x]! - from[row + x]!;
}
