/** One box of an MP4 (ISO/IEC 14496-12 §4.2), its header included. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly size: number;
}

/** The boxes between two places. @throws Error for one that does not fit, and for 64-bit sizes, which our encoders never write */
export function readBoxes(bytes: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let start = from; start + 8 <= to; ) {
    const stated = bytes.readUInt32BE(start);
    const size = stated === 0 ? to - start : stated;
    if (size < 8 || start + size > to) throw new Error(`an MP4 box of ${stated} bytes at ${start}`);
    boxes.push({ type: bytes.toString('latin1', start + 4, start + 8), start, size });
    start += size;
  }
  return boxes;
}

export const sliceBox = (bytes: Buffer, { start, size }: Box): Buffer => bytes.subarray(start, start + size);
