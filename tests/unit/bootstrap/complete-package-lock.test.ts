import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingOptionalPackages } from '../../../scripts/bootstrap/complete-package-lock.mjs';

describe('missingOptionalPackages', () => {
  it('names binaries of other systems with where they run, so that npm never fetches them here', () => {
    const packages = {
      'node_modules/biome': {
        dev: true,
        optionalDependencies: {
          '@biome/cli-linux-x64': '2.6.8',
          '@biome/cli-linux-x64-musl': '2.6.8',
          '@biome/cli-darwin-arm64': '2.6.8',
        },
      },
      'node_modules/@biome/cli-linux-x64': { version: '2.6.8' },
    };
    expect(missingOptionalPackages(packages)).toEqual({
      'node_modules/@biome/cli-linux-x64-musl': {
        version: '2.6.8',
        cpu: ['x64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/@biome/cli-darwin-arm64': {
        version: '2.6.8',
        cpu: ['arm64'],
        dev: true,
        optional: true,
        os: ['darwin'],
      },
    });
  });

  it('finds what stands below or above its owner', () => {
    const packages = {
      'node_modules/a/node_modules/@b/c': { optionalDependencies: { near: '1.0.0', middle: '1.0.0', far: '1.0.0' } },
      'node_modules/a/node_modules/@b/c/node_modules/near': {},
      'node_modules/a/node_modules/middle': {},
      'node_modules/far': {},
    };
    expect(missingOptionalPackages(packages)).toEqual({});
  });
});

describe('package-lock.json', () => {
  it('lists every optional package, or npm ci refuses it in a fresh clone', () => {
    const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as {
      packages: Parameters<typeof missingOptionalPackages>[0];
    };
    expect(Object.keys(missingOptionalPackages(lock.packages))).toEqual([]);
  });
});
