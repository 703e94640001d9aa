import { describe, expect, it } from 'vitest';
import { readZip } from '../../../shared/payments/alipay/read-zip.ts';
import { makeZip, type ZipFile } from './make-zip.ts';

const FILES: readonly [ZipFile, ZipFile] = [
  { name: Buffer.from('a.csv'), bytes: Buffer.from('the first, and the first, and the first') },
  { name: Buffer.from('sums.csv'), bytes: Buffer.from('the second') },
];
const TEXTS = FILES.map(({ bytes }) => bytes.toString());
const TOTAL = TEXTS.join('').length;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;

const textsOf = (archive: Buffer, maxBytes = 1000): string[] =>
  readZip(archive, maxBytes).map((file) => file.toString());

/** Where a signature of APPNOTE stands for the first time. */
const signatureAt = (archive: Buffer, kind: 'local' | 'central'): number =>
  archive.indexOf(Buffer.from(kind === 'local' ? 'PK\u0003\u0004' : 'PK\u0001\u0002'));

function broken(archive: Buffer, at: number): Buffer {
  const bytes = Buffer.from(archive);
  bytes[at]! ^= 1;
  return bytes;
}

/** The first file's entry in the directory is given a comment, which only the directory has. */
function withFileComment(comment: string): Buffer {
  const archive = makeZip(FILES);
  const at = signatureAt(archive, 'central');
  archive.writeUInt16LE(comment.length, at + 32);
  const next = at + 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30);
  return Buffer.concat([archive.subarray(0, next), Buffer.from(comment), archive.subarray(next)]);
}

describe('an archive', () => {
  it('is its files, in the order of its directory, packed or not, empty or not', () => {
    expect(textsOf(makeZip(FILES))).toEqual(TEXTS);
    const [first, second] = FILES;
    const nothing = { name: Buffer.from('empty'), bytes: Buffer.alloc(0) };
    const mixed = makeZip([{ ...second, stored: true }, nothing, { ...nothing, stored: true }, first]);
    expect(textsOf(mixed)).toEqual([TEXTS[1], '', '', TEXTS[0]]);
    expect(textsOf(makeZip([]))).toEqual([]);
  });

  it('is the same when its directory says more of a file', () => {
    expect(textsOf(withFileComment('of the accounts'))).toEqual(TEXTS);
  });

  it('is found before a comment of up to 65 535 bytes', () => {
    expect(textsOf(makeZip(FILES, 'x'.repeat(MAX_COMMENT)))).toEqual(TEXTS);
    const longer = Buffer.concat([makeZip(FILES), Buffer.alloc(MAX_COMMENT + 1)]);
    expect(() => readZip(longer, 1000)).toThrow('not a zip');
  });

  it('holds at most 32 files', () => {
    const of = (count: number) => makeZip(Array.from({ length: count }, () => FILES[1]));
    expect(textsOf(of(32))).toHaveLength(32);
    expect(() => readZip(of(33), 1000)).toThrow('too many files');
  });

  it('holds at most so many bytes, of all files together and before any is unpacked', () => {
    expect(textsOf(makeZip(FILES), TOTAL)).toEqual(TEXTS);
    expect(() => readZip(makeZip(FILES), TOTAL - 1)).toThrow('too large');
    const garbage = makeZip([{ ...FILES[0], stored: true, claims: { method: 8, bytes: 1001 } }]);
    expect(() => readZip(garbage, 1000)).toThrow('too large');
  });

  it('unpacks no file beyond what its directory says', () => {
    const bomb = makeZip([{ ...FILES[0], bytes: Buffer.alloc(1_000_000), claims: { bytes: 9 } }]);
    expect(() => readZip(bomb, 1000)).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }));
  });

  it.each<[string, () => Buffer, string]>([
    ['nothing', () => Buffer.alloc(END_BYTES), 'not a zip'],
    ['another sign before a file', () => broken(makeZip(FILES), 1), 'no file header'],
    ['another sign in its directory', () => brokenDirectory(), 'no directory'],
    ['a file under a password', () => makeZip([{ ...FILES[0], claims: { flags: 9 } }]), 'encrypted'],
    ['a file packed in another way', () => makeZip([{ ...FILES[0], claims: { method: 12 } }]), 'unknown compression'],
    ['a file of another CRC', () => makeZip([{ ...FILES[0], claims: { crc: 1 } }]), 'not what the directory says'],
    ['a file that is shorter', () => makeZip([{ ...FILES[0], claims: { bytes: 99 } }]), 'not what the directory says'],
  ])('of %s is refused, and says why', (_, make, message) => {
    expect(() => readZip(make(), 1000)).toThrow(message);
  });
});

function brokenDirectory(): Buffer {
  const archive = makeZip(FILES);
  return broken(archive, signatureAt(archive, 'central'));
}
