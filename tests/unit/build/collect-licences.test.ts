import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectLicences, packagesOf } from '../../../scripts/build/collect-licences.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'licences-'));
  const files = {
    'node_modules/a/package.json': '{"name":"a","version":"1.0.0","license":"MIT"}',
    'node_modules/a/LICENSE.md': 'may be used\n',
    'node_modules/a/licenses.js': 'not a licence',
    'node_modules/a/node_modules/@b/c/package.json': '{"name":"@b/c","version":"2.0.0","license":"Apache-2.0"}',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the licences of a bundle', () => {
  const inner = 'node_modules/a/node_modules/@b/c';

  it('are of the packages that its files lie in, the innermost', () => {
    const files = ['shared/id.ts', 'node_modules/a/x/y.js', 'node_modules/a/z.js', `${inner}/index.js`];
    expect(packagesOf(files)).toEqual(['node_modules/a', inner]);
  });

  it('stand there with their texts, or by name where a package comes without', () => {
    expect(collectLicences(root, ['node_modules/a', inner])).toBe(
      `a 1.0.0 (MIT)\n\nmay be used\n\n${'-'.repeat(72)}\n\n@b/c 2.0.0 (Apache-2.0)\n`,
    );
  });
});
