import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** As it stands in the archive: Alipay's are GBK, without the flag that would say UTF-8. */
  readonly name: Buffer;
  readonly bytes: Buffer;
}

const VERSION = 20;
const DEFLATED = 8;
/** 1980-01-01 00:00, the format's zero. */
const DOS_TIME = 0x00210000;

interface Packed extends ZipEntry {
  readonly packed: Buffer;
  readonly at: number;
}

/** What local header and directory have in common: version to flags, method, time, sum, sizes, length of the name. */
function commonFields({ name, bytes, packed }: Packed): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt32LE(DOS_TIME, 6);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localPart(entry: Packed): Buffer {
  return Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), commonFields(entry), entry.name, entry.packed]);
}

function directoryPart(entry: Packed): Buffer {
  const place = Buffer.alloc(14);
  place.writeUInt32LE(entry.at, 10);
  const madeBy = Buffer.from([VERSION, 0]);
  return Buffer.concat([Buffer.from('PK\u0001\u0002', 'latin1'), madeBy, commonFields(entry), place, entry.name]);
}

/** A plain zip: deflated, no comments, no zip64. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zipFiles(entries: readonly ZipEntry[]): Buffer {
  let at = 0;
  const packed = entries.map((entry): Packed => {
    const one = { ...entry, packed: deflateRawSync(entry.bytes), at };
    at += localPart(one).length;
    return one;
  });
  const directory = Buffer.concat(packed.map(directoryPart));
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(packed.length, 8);
  end.writeUInt16LE(packed.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...packed.map(localPart), directory, end]);
}
