import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readImports } from './import-graph.ts';
import { forbiddenEdges, importCycles } from './layers.ts';

const FOLDERS = ['functions', 'shared', 'infra', 'scripts', 'web', 'miniprogram', 'tests'];

/** The import graph of a tree that holds just these files. */
function graphOf(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'yiying-imports-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return readImports(root, FOLDERS);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('imports of this repository', () => {
  const edges = readImports(ROOT, FOLDERS);

  it('are found', () => {
    expect(edges.length).toBeGreaterThan(300);
    expect(edges).toContainEqual({
      from: 'functions/create-task/handler.ts',
      to: 'shared/library/create-task-of-assets.ts',
      isFile: true,
    });
  });

  it('flow one way: functions, domains, platform, contract', () => {
    expect(forbiddenEdges(edges)).toEqual([]);
  });

  it('never go in a circle', () => {
    expect(importCycles(edges)).toEqual([]);
  });

  it('of the contract are zod/mini and nothing else', () => {
    const packages = edges.filter(({ from, isFile }) => from.startsWith('shared/contract/') && !isFile);
    expect([...new Set(packages.map(({ to }) => to))]).toEqual(['zod']);
  });

  it('of the whole Tencent SDK do not exist, and of what deploys one file alone imports a part of it', () => {
    const ofSdk = edges.filter(({ to }) => to === 'tencentcloud-sdk-nodejs').map(({ from }) => from);
    expect(ofSdk.filter((file) => /^(functions|shared)\//.test(file))).toEqual(['shared/engines/aiart-client.ts']);
  });
});

describe('a planted edge is found', () => {
  it.each([
    ['a function that imports another', 'functions/a/handler.ts', "import { b } from '../b/handler.ts';"],
    ['the platform that imports a domain', 'shared/http/a.ts', "import { x } from '../tasks/x.ts';"],
    ['a domain that imports one above it', 'shared/quota/a.ts', "import type { X } from '../payments/x.ts';"],
    ['a domain without a place in the order', 'shared/helpers/a.ts', "import { c } from '../clock.ts';"],
    ['shared code that imports a script', 'shared/tasks/a.ts', "export { s } from '../../scripts/s.ts';"],
    ['shared code that imports infra', 'shared/db/a.ts', "const s = await import('../../infra/i.ts');"],
    ['the contract that imports the platform', 'shared/contract/a.ts', "import {\n  x,\n} from '../http/x.ts';"],
    ['a page that imports a domain', 'web/a.ts', "import { x } from '../shared/tasks/x.ts';"],
    ['a script that imports a function', 'scripts/a.ts', "import '../functions/b/handler.ts';"],
  ])('%s', (_name, file, text) => {
    const others = [
      'functions/b/handler.ts',
      'shared/tasks/x.ts',
      'shared/payments/x.ts',
      'shared/http/x.ts',
      'shared/clock.ts',
      'scripts/s.ts',
      'infra/i.ts',
    ];
    const edges = graphOf({ ...Object.fromEntries(others.map((other) => [other, ''])), [file]: text });
    expect(forbiddenEdges(edges)).toEqual([expect.stringContaining(`${file} must not import `)]);
  });

  it('a circle of three, types included', () => {
    const edges = graphOf({
      'shared/tasks/a.ts': "import { b } from './b.ts';",
      'shared/tasks/b.ts': "import type { C } from './c.ts';",
      'shared/tasks/c.ts': "export { a } from './a.ts';",
      'shared/tasks/d.ts': "import { a } from './a.ts';",
    });
    expect(importCycles(edges)).toEqual([
      ['shared/tasks/a.ts', 'shared/tasks/b.ts', 'shared/tasks/c.ts', 'shared/tasks/a.ts'],
    ]);
  });

  it('an import of a file that is not there', () => {
    expect(() => graphOf({ 'shared/a.ts': "import { b } from './b.ts';" })).toThrow('no file');
  });

  it('but no edge is made of a comment, or of text in a string', () => {
    const text =
      "// import { x } from '../tasks/x.ts';\n * import { x } from '../tasks/x.ts';\nconst a = \"import b from '../y.ts'\";";
    expect(graphOf({ 'shared/http/a.ts': text })).toEqual([]);
  });
});
