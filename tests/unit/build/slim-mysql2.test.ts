import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEPT_ERROR_NAMES } from '../../../scripts/build/slim-mysql2.ts';

const library = join(dirname(createRequire(import.meta.url).resolve('mysql2')), 'lib');

describe('the slim mysql2', () => {
  it('keeps every error name that mysql2’s own code looks up', () => {
    const sources = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    const used = sources.flatMap((file) => {
      const text = readFileSync(join(library, file), 'utf8');
      const variable = /const (\w+) = require\('(?:\.\.?\/)+constants\/errors\.js'\)/.exec(text)?.[1];
      return variable ? [...text.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))].map(([, name]) => name) : [];
    });
    expect(used.length).toBeGreaterThan(3);
    expect([...new Set(used)].sort()).toEqual(KEPT_ERROR_NAMES);
  });
});
