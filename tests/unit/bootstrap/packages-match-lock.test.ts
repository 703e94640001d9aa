import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockIsInstalled, packagesMatchLock } from '../../../scripts/bootstrap/packages-match-lock.mjs';

const jose = { version: '6.2.18', integrity: 'sha512-a' };

describe('lockIsInstalled', () => {
  const wanted = { packages: { '': { version: '0.1.0' }, 'node_modules/jose': jose } };

  it('holds when every package has its version and its bytes, whatever else lies there', () => {
    const extra = { 'node_modules/jose': jose, 'node_modules/left': { version: '1.0.0' } };
    expect(lockIsInstalled(wanted, { packages: extra })).toBe(true);
  });

  it.each([
    ['is missing', {}],
    ['has another version', { 'node_modules/jose': { ...jose, version: '6.2.17' } }],
    ['has the same version with other bytes', { 'node_modules/jose': { ...jose, integrity: 'sha512-b' } }],
  ])('fails when a package %s', (_what, packages) => {
    expect(lockIsInstalled(wanted, { packages })).toBe(false);
  });

  it("does not miss another system's optional binaries, but notices an old one of this system", () => {
    const binary = { 'node_modules/@img/sharp-linux-x64': { version: '0.35.5', optional: true } };
    expect(lockIsInstalled({ packages: binary }, { packages: {} })).toBe(true);
    const old = { 'node_modules/@img/sharp-linux-x64': { version: '0.35.4', optional: true } };
    expect(lockIsInstalled({ packages: binary }, { packages: old })).toBe(false);
  });
});

describe('packagesMatchLock', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'yiying-lock-'));
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/jose': jose } }));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('a clone without node_modules, or with an interrupted install, is not ready', async () => {
    expect(packagesMatchLock(root)).toBe(false);
    await mkdir(join(root, 'node_modules/jose'), { recursive: true });
    expect(packagesMatchLock(root)).toBe(false);
    await writeFile(join(root, 'node_modules/.package-lock.json'), '{"packages":');
    expect(packagesMatchLock(root)).toBe(false);
  });

  it('is ready once npm has written its own record of the same packages', async () => {
    await mkdir(join(root, 'node_modules'));
    const record = JSON.stringify({ packages: { 'node_modules/jose': jose } });
    await writeFile(join(root, 'node_modules/.package-lock.json'), record);
    expect(packagesMatchLock(root)).toBe(true);
  });
});
