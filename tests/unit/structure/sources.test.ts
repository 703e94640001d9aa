import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from './import-graph.ts';
import { brokenRules, LONG_FILES, RULES } from './source-rules.ts';

describe('every source file', () => {
  const files = sourceFiles(ROOT, ['functions', 'shared', 'infra', 'scripts', 'web']);

  it('keeps the rules of its place', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((file) => brokenRules(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it('that is excused from a rule exists and needs its excuse', () => {
    for (const { allowed, pattern } of RULES) {
      for (const file of Object.keys(allowed)) expect(readFileSync(join(ROOT, file), 'utf8'), file).toMatch(pattern);
    }
    for (const file of Object.keys(LONG_FILES)) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });
});

describe('a planted line is found', () => {
  it.each([
    ['shared/tasks/a.ts', "const stage = process.env['STAGE'];"],
    ['shared/tasks/a.ts', 'const nowMs = Date.now();'],
    ['functions/a/handler.ts', 'const now = new Date();'],
    ['shared/auth/a.ts', "import { randomInt } from 'node:crypto';"],
    ['shared/auth/a.ts', 'const code = Math.random();'],
    ['shared/auth/a.ts', "console.log('code');"],
    ['web/src/a.tsx', "console.info('here');"],
    ['web/src/a.ts', 'element.innerHTML = name;'],
    ['web/src/a.tsx', '<p dangerouslySetInnerHTML={{ __html: name }} />;'],
    ['web/src/a.ts', "document.write('<p>');"],
    ['shared/auth/a.ts', "import { z } from 'zod';"],
    ['functions/a/handler.ts', 'const moderators = chooseModerators(config, bucket);'],
    ['functions/a/handler.ts', 'z.object(MODERATION_CONFIG); const moderators = moderatorsOf(config, bucket, db);'],
    ['functions/a/handler.ts', 'z.object(MODERATION_CONFIG); work({ ...services, ...(await moderators(nowMs)) });'],
    ['shared/auth/utils.ts', 'export const a = 1;'],
    ['shared/helpers/a.ts', 'export const a = 1;'],
    ['shared/auth/index.ts', "export * from './a.ts';"],
    ['scripts/a.ts', '// TODO later'],
    ['shared/a.ts', "db.query('SELECT id FROM tasks t WHERE t.sweep_at <= ? ORDER BY t.sweep_at LIMIT ?')"],
    ['functions/a/handler.ts', 'a;\n'.repeat(41)],
    ['scripts/a.ts', 'a;\n'.repeat(301)],
  ])('in %s: %s', (file, text) => {
    expect(brokenRules(file, text)).toHaveLength(1);
  });

  it.each([
    ['shared/tasks/a.ts', '/** Not Date.now(): the clock comes in. */\nconst at = new Date(nowMs); // no console.log'],
    ['scripts/a.ts', "console.log('ready', Date.now(), process.env['PATH']);"],
    ['shared/a/a.ts', "import * as z from 'zod/mini';"],
    [
      'functions/a/handler.ts',
      'z.object(MODERATION_CONFIG); whileModerated(chooseResultModerators(config, bucket), settings); work({ ...(await moderators(nowMs)) });',
    ],
  ])('but not in %s: %s', (file, text) => {
    expect(brokenRules(file, text)).toEqual([]);
  });
});
