/** Flags of VP8X (RFC 9649 §2.7). */
const [HAS_XMP, HAS_ALPHA] = [0x04, 0x10];
const SIDE = 0x3fff;
const RIFF_HEAD_BYTES = 12;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** The picture with this XMP in place of what it had, its pixels untouched (RFC 9649 §2.7). `webp` is one that was read. */
export function writeWebpXmp(webp: Buffer, xmp: Buffer): Buffer {
  const [first, ...others] = chunksOf(webp).filter(({ type }) => type !== 'XMP ');
  if (!first) return webp;
  const isExtended = first.type === 'VP8X';
  const extended = isExtended ? Buffer.from(first.data) : extendedOf(first);
  extended[0] = (extended[0] ?? 0) | HAS_XMP;
  const kept = isExtended ? others : [first, ...others];
  const body = Buffer.concat(
    [{ type: 'VP8X', data: extended }, ...kept, { type: 'XMP ', data: xmp }].map(({ type, data }) => {
      const head = Buffer.alloc(8);
      head.write(type, 'latin1');
      head.writeUInt32LE(data.length, 4);
      return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
    }),
  );
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

function chunksOf(webp: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = RIFF_HEAD_BYTES; at + 8 <= webp.length; ) {
    const length = webp.readUInt32LE(at + 4);
    chunks.push({ type: webp.toString('latin1', at, at + 4), data: webp.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

/** What a plain file says of itself in the head of its one chunk: sides of 14 bits each (RFC 6386 §9.1, RFC 9649 §3.4). */
function extendedOf({ type, data }: Chunk): Buffer {
  const extended = Buffer.alloc(10);
  const isLossless = type === 'VP8L';
  const bits = isLossless ? data.readUInt32LE(1) : 0;
  const [right, bottom] = isLossless
    ? [bits & SIDE, (bits >>> 14) & SIDE]
    : [(data.readUInt16LE(6) & SIDE) - 1, (data.readUInt16LE(8) & SIDE) - 1];
  if (((bits >>> 28) & 1) === 1) extended[0] = HAS_ALPHA;
  extended.writeUIntLE(right, 4, 3);
  extended.writeUIntLE(bottom, 7, 3);
  return extended;
}
