import { type Box, readBoxes, sliceBox } from './mp4-boxes.ts';

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** Of a NAL unit (ITU-T H.264 table 7-1): a slice of a picture that needs no other. */
const IDR_SLICE = 5;
const SLICES = [1, IDR_SLICE];

/**
 * Moves an MP4's index (moov) before its pictures, so that players start before the whole file is there, and writes the
 * mark into it as a QuickTime comment (udta/©cmt). Chunk offsets are moved along (ISO/IEC 14496-12 §8.7.5). The embedded encoder
 * writes no list of the pictures that stand alone (stss, §8.6.2), which says that all do: whoever then jumps into the film decodes changes to
 * a picture that was never there. It is added.
 * @throws Error when the file has no moov or mdat, or 64-bit boxes, which the encoder never writes
 */
export function writeFaststart(mp4: Buffer, mark: string): Buffer {
  const boxes = readBoxes(mp4, 0, mp4.length);
  const moov = boxes.find(({ type }) => type === 'moov');
  const mdat = boxes.find(({ type }) => type === 'mdat');
  if (!moov || !mdat) throw new Error('the MP4 has no moov or no mdat');
  const body = withSyncSamples(mp4, moov);
  const index = Buffer.concat([body, commentBox(mark)]);
  index.writeUInt32BE(index.length, 0);
  const head = boxes.filter(({ type }) => type === 'ftyp').map((box) => sliceBox(mp4, box));
  const headLength = head.reduce((sum, part) => sum + part.length, 0);
  moveOffsets(index, 8, body.length, headLength + index.length - mdat.start);
  return Buffer.concat([...head, index, sliceBox(mp4, mdat)]);
}

/** The box and all that is in it; in each table of samples without one, a list of those that stand alone. */
function withSyncSamples(mp4: Buffer, box: Box): Buffer {
  if (!CONTAINERS.has(box.type)) return Buffer.from(sliceBox(mp4, box));
  const inner = readBoxes(mp4, box.start + 8, box.start + box.size);
  const parts = inner.map((one) => withSyncSamples(mp4, one));
  if (box.type === 'stbl' && !inner.some(({ type }) => type === 'stss')) parts.push(...syncBox(mp4, inner));
  const head = Buffer.from(mp4.subarray(box.start, box.start + 8));
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 8),
    0,
  );
  return Buffer.concat([head, ...parts]);
}

function syncBox(mp4: Buffer, stbl: readonly Box[]): Buffer[] {
  const entry = stbl.find(({ type }) => type === 'stsd');
  if (!entry || mp4.toString('latin1', entry.start + 20, entry.start + 24) !== 'avc1') return [];
  const numbers = samplePlaces(mp4, stbl).flatMap((at, n) => (standsAlone(mp4, at) ? [n + 1] : []));
  const box = Buffer.alloc(16 + 4 * numbers.length);
  box.writeUInt32BE(box.length, 0);
  box.write('stss', 4, 'latin1');
  box.writeUInt32BE(numbers.length, 12);
  for (const [n, number] of numbers.entries()) box.writeUInt32BE(number, 16 + 4 * n);
  return [box];
}

/** Where each sample begins, by the tables of chunks and sizes (§8.7). */
function samplePlaces(mp4: Buffer, stbl: readonly Box[]): number[] {
  const table = (name: string): number => {
    const box = stbl.find(({ type }) => type === name);
    if (!box) throw new Error(`the MP4 has no ${name}`);
    return box.start + 12;
  };
  const [stsz, stsc, stco] = [table('stsz'), table('stsc'), table('stco')];
  const [fixed, count, runs] = [mp4.readUInt32BE(stsz), mp4.readUInt32BE(stsz + 4), mp4.readUInt32BE(stsc)];
  const places: number[] = [];
  let run = 0;
  for (let chunk = 1; chunk <= mp4.readUInt32BE(stco) && places.length < count; chunk++) {
    while (run + 1 < runs && mp4.readUInt32BE(stsc + 4 + 12 * (run + 1)) <= chunk) run++;
    let at = mp4.readUInt32BE(stco + 4 * chunk);
    for (let n = mp4.readUInt32BE(stsc + 8 + 12 * run); n > 0 && places.length < count; n--) {
      const size = fixed || mp4.readUInt32BE(stsz + 8 + 4 * places.length);
      places.push(at);
      at += size;
    }
  }
  return places;
}

/** By its first slice; parameter sets may stand before it. Both encoders write lengths of four bytes. */
function standsAlone(mp4: Buffer, from: number): boolean {
  for (let at = from; at + 4 < mp4.length; at += 4 + mp4.readUInt32BE(at)) {
    const type = mp4.readUInt8(at + 4) & 31;
    if (SLICES.includes(type)) return type === IDR_SLICE;
  }
  return false;
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
