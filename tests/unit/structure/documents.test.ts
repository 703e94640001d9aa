import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';

const TOP = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const documents = [...TOP, ...listFiles(ROOT, ['docs'], /\.md$/)];
const everything = [
  ...TOP,
  ...listFiles(
    ROOT,
    ['docs', 'examples', 'functions', 'shared', 'infra', 'scripts', 'tests'],
    /\.(md|ts|mjs|js|sql|sh|json|yml)$/,
  ),
];
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What belongs to a machine or to whoever worked there, not to the product. Written in halves, since this file is read too. */
const OF_A_MACHINE = [
  new RegExp(`(^|[\\s"'\`(=])/(${'work'}|home|root|Users)/[a-z]`, 'm'),
  new RegExp(`\\b(registry|npm|pypi|mirror)[\\w.-]*\\.(${'internal'}|local|lan|corp)\\b`),
];

/** Links of a document to files that are not there. */
function deadLinks(file: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s#]+)(#[^)]*)?\)/g)]
    .map(([, target]) => target as string)
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(file), target)))
    .map((target) => `${file}: ${target}`);
}

describe('the documents', () => {
  it('are all there', () => {
    for (const file of TOP) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  it('link to files that exist', () => {
    expect(documents.flatMap((file) => deadLinks(file, textOf(file)))).toEqual([]);
    expect(deadLinks('README.md', 'see [this](docs/none.md) and [that](https://example.com)')).toEqual([
      'README.md: docs/none.md',
    ]);
  });

  it('and the sources name no path of one machine, and no host of one network', () => {
    const broken = everything.filter((file) => OF_A_MACHINE.some((pattern) => pattern.test(textOf(file))));
    expect(broken).toEqual([]);
    expect(documents.filter((file) => textOf(file).includes(`/${'tmp'}/`))).toEqual([]);
    const planted = [`see /${'work'}/main`, `"/home/${'someone'}/x"`, `https://npm.example.${'internal'}/x`];
    for (const text of planted)
      expect(
        OF_A_MACHINE.some((pattern) => pattern.test(text)),
        text,
      ).toBe(true);
  });

  it.skipIf(!existsSync(join(ROOT, '.git')))('nor does what was written about changes', () => {
    const messages = execFileSync('git', ['log', '--format=%B'], { cwd: ROOT, encoding: 'utf8' });
    expect(OF_A_MACHINE.filter((pattern) => pattern.test(messages))).toEqual([]);
  });

  it('name commands that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    for (const file of documents) {
      for (const [, name] of textOf(file).matchAll(/`npm run (?:-s )?([a-z:-]+)/g)) {
        expect(Object.keys(scripts), `${file}: npm run ${name}`).toContain(name);
      }
    }
  });

  it('number the decisions without a gap, each with what was decided, why, and what it costs', () => {
    const decisions = listFiles(ROOT, ['docs/decisions'], /\.md$/);
    expect(decisions.map((file) => Number(file.slice('docs/decisions/'.length, 'docs/decisions/'.length + 4)))).toEqual(
      decisions.map((_, index) => index + 1),
    );
    for (const file of decisions) {
      for (const heading of ['## Decision', '## Why', '## Cost']) expect(textOf(file), file).toContain(heading);
    }
  });
});
