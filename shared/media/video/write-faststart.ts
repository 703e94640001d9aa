import { readBoxes, sliceBox } from './mp4-boxes.ts';

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);

/**
 * Moves an MP4's index (moov) before its pictures, so that players start before the whole file is there, and writes the
 * mark into it as a QuickTime comment (udta/©cmt). Chunk offsets are moved along (ISO/IEC 14496-12 §8.7.5).
 * @throws Error when the file has no moov or mdat, or 64-bit boxes, which the encoder never writes
 */
export function writeFaststart(mp4: Buffer, mark: string): Buffer {
  const boxes = readBoxes(mp4, 0, mp4.length);
  const moov = boxes.find(({ type }) => type === 'moov');
  const mdat = boxes.find(({ type }) => type === 'mdat');
  if (!moov || !mdat) throw new Error('the MP4 has no moov or no mdat');
  const body = Buffer.from(mp4.subarray(moov.start, moov.start + moov.size));
  const index = Buffer.concat([body, commentBox(mark)]);
  index.writeUInt32BE(index.length, 0);
  const head = boxes.filter(({ type }) => type === 'ftyp').map((box) => sliceBox(mp4, box));
  const headLength = head.reduce((sum, part) => sum + part.length, 0);
  moveOffsets(index, 8, body.length, headLength + index.length - mdat.start);
  return Buffer.concat([...head, index, sliceBox(mp4, mdat)]);
}

function moveOffsets(bytes: Buffer, from: number, to: number, shift: number): void {
  for (const { type, start, size } of readBoxes(bytes, from, to)) {
    if (CONTAINERS.has(type)) moveOffsets(bytes, start + 8, start + size, shift);
    if (type !== 'stco') continue;
    const count = bytes.readUInt32BE(start + 12);
    for (let i = 0; i < count; i++) {
      const at = start + 16 + 4 * i;
      bytes.writeUInt32BE(bytes.readUInt32BE(at) + shift, at);
    }
  }
}

function commentBox(mark: string): Buffer {
  const text = Buffer.from(mark);
  const comment = Buffer.alloc(12 + text.length);
  comment.writeUInt32BE(comment.length, 0);
  comment.write('\xa9cmt', 4, 'latin1');
  comment.writeUInt16BE(text.length, 8);
  comment.writeUInt16BE(0x55c4, 10); // language: undetermined
  text.copy(comment, 12);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + comment.length, 0);
  head.write('udta', 4, 'latin1');
  return Buffer.concat([head, comment]);
}
