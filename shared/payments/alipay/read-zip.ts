import { crc32, inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_ENTRIES = 32;
const ENCRYPTED = 1;

/** APPNOTE 6.3.10: what the archive's directory says of a file; the local header before its bytes is only skipped. */
interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - END_BYTES - MAX_COMMENT_BYTES); at -= 1) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw new RangeError('not a zip');
}

function readDirectory(zip: Buffer): Entry[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw new RangeError('too many files');
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new RangeError('no directory');
    if ((zip.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw new RangeError('encrypted');
    entries.push({
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      headerAt: zip.readUInt32LE(at + 42),
    });
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function readEntry(zip: Buffer, { method, crc, packedBytes, bytes, headerAt }: Entry): Buffer {
  if (zip.readUInt32LE(headerAt) !== LOCAL) throw new RangeError('no file header');
  const from = headerAt + 30 + zip.readUInt16LE(headerAt + 26) + zip.readUInt16LE(headerAt + 28);
  const packed = zip.subarray(from, from + packedBytes);
  if (method !== 0 && method !== 8) throw new RangeError('unknown compression');
  const file = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(bytes, 1) });
  if (file.length !== bytes || crc32(file) !== crc) throw new RangeError('a file is not what the directory says');
  return file;
}

/**
 * The files of a small zip archive, in the order of its directory; their names are not told. No ZIP64, no encryption, no archive
 * in parts.
 * @param maxBytes of all files together, unpacked
 * @throws Error when it is no such archive, or a file has not the size or the CRC-32 that the directory says
 */
export function readZip(archive: Uint8Array, maxBytes: number): Buffer[] {
  const zip = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = readDirectory(zip);
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > maxBytes) throw new RangeError('too large');
  return entries.map((entry) => readEntry(zip, entry));
}
