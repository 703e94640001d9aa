import { AI_MARK, aiLabelOf, hasAiLabel } from '../ai-label.ts';
import { type Mark, xmpOf } from '../canvas/mark-xmp.ts';
import { type Box, readBoxes } from './mp4-boxes.ts';

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** XMP's place in an MP4 (ISO 16684-3 §7): a box of this type. */
const XMP_BOX = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** A film of ours: labelled where an AI made what it is made of. */
export const labelledFilm = (mp4: Buffer, mark: Mark): Buffer => (mark === AI_MARK ? writeAiLabel(mp4) : mp4);

/**
 * Writes the AI label into a film that `readMp4` has read, as a metadata key `AIGC` of its index (moov/meta, mdta), which is where
 * TC260-PG-20258A has it, and ffmpeg and ffprobe. A film that bears a label already, its vendor's, stays as it is; one whose index has other
 * metadata gets it as XMP at its end instead, for there may be one `meta`.
 */
export function writeAiLabel(mp4: Buffer): Buffer {
  if (hasAiLabel(mp4)) return mp4;
  const label = aiLabelOf(mp4);
  const boxes = readBoxes(mp4, 0, mp4.length);
  const moov = boxes.find(({ type }) => type === 'moov');
  if (!moov) throw new Error('the MP4 has no moov');
  const inner = readBoxes(mp4, moov.start + 8, moov.start + moov.size);
  const isClosed = inner.some(({ type }) => type === 'meta');
  const closed = closeLast(mp4, boxes.at(-1));
  if (isClosed) return Buffer.concat([closed, box('uuid', XMP_BOX, Buffer.from(xmpOf(AI_MARK, label)))]);
  const end = moov.start + moov.size;
  const meta = metaOf(label);
  const index = Buffer.concat([closed.subarray(moov.start, end), meta]);
  index.writeUInt32BE(index.length, 0);
  moveOffsets(index, 8, moov.size, { from: end, by: meta.length });
  return Buffer.concat([closed.subarray(0, moov.start), index, closed.subarray(end)]);
}

/** A last box that says "to the end of the file" (size 0) says how long it is, so that something may follow it. */
function closeLast(mp4: Buffer, last: Box | undefined): Buffer {
  if (!last || mp4.readUInt32BE(last.start) !== 0) return mp4;
  const copy = Buffer.from(mp4);
  copy.writeUInt32BE(last.size, last.start);
  return copy;
}

/** What lies behind the index moves by what the index grows (ISO/IEC 14496-12 §8.7.5). */
function moveOffsets(bytes: Buffer, from: number, to: number, moved: { from: number; by: number }): void {
  for (const { type, start, size } of readBoxes(bytes, from, to)) {
    if (CONTAINERS.has(type)) moveOffsets(bytes, start + 8, start + size, moved);
    if (type !== 'stco') continue;
    for (let at = start + 16; at < start + 16 + 4 * bytes.readUInt32BE(start + 12); at += 4) {
      const offset = bytes.readUInt32BE(at);
      if (offset >= moved.from) bytes.writeUInt32BE(offset + moved.by, at);
    }
  }
}

function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 8),
    0,
  );
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...parts]);
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
};

/** One key and its value in UTF-8 (QuickTime File Format, "Metadata"). */
function metaOf(label: string): Buffer {
  const handler = box('hdlr', number(0), number(0), Buffer.from('mdta'), Buffer.alloc(13));
  const keys = box('keys', number(0), number(1), box('mdta', Buffer.from('AIGC')));
  const data = box('data', number(1), number(0), Buffer.from(label));
  const item = Buffer.concat([number(8 + data.length), number(1), data]);
  return box('meta', number(0), handler, keys, box('ilst', item));
}
