import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipFiles } from '../../../infra/deploy/zip-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function packed(contents: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const files = [];
  for (const [path, content] of Object.entries(contents)) {
    const file = join(folder, path.replaceAll('/', '_'));
    await writeFile(file, content);
    files.push({ path, file });
  }
  return zipFiles(files);
}

describe('the zip of a function', () => {
  const contents = {
    'index.js': Buffer.from('exports.main = 1;'),
    'node_modules/a/字.bin': Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251)),
    empty: Buffer.alloc(0),
  };

  it('holds every file as it was, for another program that reads it', async () => {
    const found = unzipSync(await packed(contents));
    expect(Object.keys(found)).toEqual(Object.keys(contents));
    // Byte for byte by Buffer: `toEqual` takes a second for three hundred thousand.
    for (const [path, content] of Object.entries(contents)) expect(content.equals(found[path]!), path).toBe(true);
  });

  it('carries the check sum of each file, in its header and in the directory', async () => {
    // The published check value of CRC-32: of "123456789".
    const zip = await packed({ digits: Buffer.from('123456789') });
    const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
    expect([zip.readUInt32LE(14), zip.readUInt32LE(directory + 16)]).toEqual([0xcbf43926, 0xcbf43926]);
    expect([zip.readUInt32LE(directory + 42), zip.readUInt16LE(zip.length - 12)]).toEqual([0, 1]);
    expect(zip.readUInt32LE(zip.length - 6)).toBe(directory);
  });

  it('is the same whenever it is made', async () => {
    const first = await packed(contents);
    expect(await packed(contents)).toEqual(first);
    expect(await packed({ ...contents, empty: Buffer.from('.') })).not.toEqual(first);
  });
});
