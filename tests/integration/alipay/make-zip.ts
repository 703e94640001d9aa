import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly name: Buffer;
  readonly bytes: Buffer;
  /** Not compressed. */
  readonly stored?: boolean;
  /** Overrides what the directory says of the file. */
  readonly claims?: {
    readonly crc?: number;
    readonly bytes?: number;
    readonly packedBytes?: number;
    readonly flags?: number;
    readonly method?: number;
  };
}

function numbers(...fields: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields)
    at = size === 2 ? buffer.writeUInt16LE(value, at) : buffer.writeUInt32LE(value, at);
  return buffer;
}

/** An archive as Java writes it while it streams: sizes stand after each file and in the directory, not before the file. */
export function makeZip(files: readonly ZipFile[], comment = ''): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, stored = false, claims = {} } of files) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const {
      flags = 8,
      method = stored ? 0 : 8,
      crc = crc32(bytes),
      packedBytes = packed.length,
      bytes: size = bytes.length,
    } = claims;
    const extra = Buffer.from('feca0000', 'hex');
    const local = numbers(
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0],
      [4, 0],
      [4, 0],
      [4, 0],
      [2, name.length],
      [2, 4],
    );
    const descriptor = numbers([4, 0x08074b50], [4, crc], [4, packedBytes], [4, size]);
    const body = Buffer.concat([local, name, extra, packed, descriptor]);
    directory.push(
      numbers(
        [4, 0x02014b50],
        [2, 20],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, packedBytes],
        [4, size],
      ),
      numbers([2, name.length], [2, 4], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      name,
      extra,
    );
    bodies.push(body);
    offset += body.length;
  }
  const index = Buffer.concat(directory);
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, index.length],
    [4, offset],
    [2, comment.length],
  );
  return Buffer.concat([...bodies, index, end, Buffer.from(comment)]);
}
