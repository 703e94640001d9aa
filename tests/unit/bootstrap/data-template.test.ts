import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dataTemplate } from '../../../scripts/database/data-template.ts';
import type { DatabaseServer } from '../../../scripts/database/database-server.ts';

let cache: string;
let templates: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'template-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  templates = join(cache, 'yiying', 'templates');
  await mkdir(templates, { recursive: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

const server: DatabaseServer = {
  kind: 'mariadb',
  ...{ command: [], options: [], environment: {}, shareFolders: [], identity: 'planted' },
};
const make = (folder: string): Promise<void> => mkdir(folder);
const nameOf = (n: number) => n.toString(16).padStart(24, '0');

it('of templates the eight newest stay, and whatever was used within the hour', async () => {
  for (let n = 0; n < 12; n++) {
    await mkdir(join(templates, nameOf(n)));
    const usedAt = (Date.now() - (n < 9 ? n * 60_000 : 2 * 3_600_000 + n)) / 1000;
    await utimes(join(templates, nameOf(n)), usedAt, usedAt);
  }
  const made = await dataTemplate(server, 'key', make);
  const left = (await readdir(templates)).filter((name) => join(templates, name) !== made).sort();
  expect(left).toEqual(Array.from({ length: 9 }, (_, n) => nameOf(n)));
});

it('one that another process drops meanwhile is none', async () => {
  // Listed, and not there when it is looked at; then made anew by that process, which uses it: it is not ours to delete.
  await symlink(join(cache, 'gone'), join(templates, nameOf(99)));
  for (let n = 0; n < 12; n++) await mkdir(join(templates, nameOf(n)));
  expect(await dataTemplate(server, 'key', make)).toContain(templates);
  expect(await readdir(templates)).toContain(nameOf(99));
});
