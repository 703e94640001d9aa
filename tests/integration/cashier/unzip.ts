import { crc32, inflateRawSync } from 'node:zlib';

/** The archive's directory, and each file by it: read from the end, as unzip does. Sums and sizes must be right. */
export function unzip(archive: Buffer): { readonly name: string; readonly bytes: Buffer }[] {
  const end = archive.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0 || end + 22 !== archive.length) throw new Error('no end of the directory');
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error('no entry of the directory');
    const [sum, packedSize, size] = [16, 20, 24].map((offset) => archive.readUInt32LE(at + offset));
    const nameLength = archive.readUInt16LE(at + 28);
    const name = new TextDecoder('gbk').decode(archive.subarray(at + 46, at + 46 + nameLength));
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = inflateRawSync(archive.subarray(start, start + (packedSize ?? 0)));
    if (bytes.length !== size || crc32(bytes) !== sum) throw new Error(`${name} is not what the directory says`);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return { name, bytes };
  });
}
