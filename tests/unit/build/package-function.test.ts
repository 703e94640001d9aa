import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PackageImpossible, packageFunction } from '../../../infra/deploy/package-function.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'package-function-'));
  put('built/index.js', 'the loader');
  put('built/bundle.js', 'the code');
  put('built/media/font.otf', 'a font');
  put('modules/native/package.json', '{"dependencies":{"helper":"1.0.0"}}');
  put('modules/native/lib.node', 'machine code');
  put('modules/helper/package.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const LAYERS = [
  { name: 'shop-native', folders: ['node_modules/'] },
  { name: 'shop-media', folders: ['media/'] },
];
const packaged = (layers = LAYERS) =>
  packageFunction({
    folder: join(root, 'built'),
    externals: ['native'],
    modulesFolder: join(root, 'modules'),
    layers,
  });
const hashes = () => {
  const { code, layers } = packaged();
  return [code.hash, ...layers.map((layer) => layer.code.hash)];
};

describe('a package', () => {
  it('holds what no layer takes, and each layer its folders, as the platform lays them over each other', async () => {
    const { code, layers } = packaged();
    expect(code.files.map(({ path }) => path)).toEqual(['bundle.js', 'index.js']);
    expect(layers.map(({ name, code: { files } }) => [name, files.map(({ path }) => path)])).toEqual([
      [
        'shop-native',
        ['node_modules/helper/package.json', 'node_modules/native/lib.node', 'node_modules/native/package.json'],
      ],
      ['shop-media', ['media/font.otf']],
    ]);
    expect(Object.keys(unzipSync(await layers[1]!.code.zip()))).toEqual(['media/font.otf']);
    expect(packaged([]).code.files).toHaveLength(6);
  });

  it('has a hash of its own for each part: a change of one leaves the others', () => {
    const before = hashes();
    put('built/bundle.js', 'other code');
    const afterCode = hashes();
    put('built/media/font.otf', 'another font');
    const afterFont = hashes();
    const changed = (a: string[], b: string[]) => a.map((hash, n) => hash !== b[n]);
    expect(changed(before, afterCode)).toEqual([true, false, false]);
    expect(changed(afterCode, afterFont)).toEqual([false, false, true]);
  });

  it('cannot be made of more than the platform unpacks, whatever lies in layers', () => {
    put('modules/native/model.bin', '');
    // Of nothing but its length: no block of it is written.
    truncateSync(join(root, 'modules/native/model.bin'), 500 * 1024 * 1024);
    expect(() => packaged()).toThrow(/: 5242\d{5} bytes unpacked, at most 500 MB/);
  });

  it('leaves out programs for a command line', () => {
    put('modules/native/bin/native.js', 'console.log(1)');
    expect(packaged([]).code.files.map(({ path }) => path)).not.toContain('node_modules/native/bin/native.js');
  });

  it('cannot be made with a layer in which nothing lies', () => {
    expect(() => packaged([{ name: 'shop-fonts', folders: ['fonts/'] }])).toThrow(PackageImpossible);
  });
});
