import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localFaults } from '../../../scripts/local/inspector/local-faults.ts';
import { serveWeb } from '../../../scripts/local/web/serve-web.ts';

const LOGO = { path: '/logo-0123456789ab.svg', contentType: 'image/svg+xml', bytes: Buffer.from('<svg/>') } as const;
const site = {
  logo: LOGO,
  brandZh: '衣影',
  brandEn: 'Yiying',
  icpNumber: '',
  supportContact: '',
  apiOrigin: '',
  objectsOrigin: 'http://127.0.0.1:9',
  agreementVersion: '1',
  agreementText: 'a',
  privacyText: 'p',
};
let folder: string;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-web-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  mkdirSync(join(folder, 'web/pricing'));
  mkdirSync(join(folder, 'web/.vite'));
  writeFileSync(join(folder, 'secret.json'), '{}');
  writeFileSync(join(folder, 'web/.vite/manifest.json'), '{}');
  writeFileSync(join(folder, 'web/index.html'), '<h1>{{brandZh}}</h1>');
  writeFileSync(join(folder, 'web/pricing/index.html'), 'pricing');
  writeFileSync(join(folder, 'web/404.html'), 'no such page at {{brandZh}}');
  writeFileSync(join(folder, 'web/assets/a-hash.js'), '1');
  const web = serveWeb({ folder: join(folder, 'web'), site: () => site });
  server = createServer((request, response) => {
    void web(request, response).then((answered) => answered || response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' });

/** As it is written: `fetch` would tidy the path first. */
const getRaw = (path: string): Promise<number> =>
  new Promise((resolve) => {
    httpRequest({ host: '127.0.0.1', port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).end();
  });

describe('the local static host', () => {
  it('fills in pages and guards them, keeps hashed files for ever, and asks again for the rest', async () => {
    const home = await get('/');
    expect(await home.text()).toBe('<h1>衣影</h1>');
    expect(home.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(home.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(home.headers.get('cache-control')).toBe('no-cache');
    expect((await get('/', { 'If-None-Match': home.headers.get('etag') ?? '' })).status).toBe(304);
    expect((await get('/assets/a-hash.js')).headers.get('cache-control')).toContain('immutable');
    expect((await get('/pricing')).headers.get('location')).toBe('/pricing/');
    const logo = await get(LOGO.path);
    expect([logo.headers.get('content-type'), await logo.text()]).toEqual(['image/svg+xml', '<svg/>']);
    expect((await get('/logo-ba9876543210.svg')).status).toBe(404);
  });

  it('shows the page of a host’s error document to browsers alone, guarded as the others are', async () => {
    for (const path of ['/nothing/here/', '/nothing', '/nothing.html']) {
      const missing = await get(path, { Accept: 'text/html,*/*;q=0.8' });
      expect([missing.status, await missing.text()], path).toEqual([404, 'no such page at 衣影']);
      expect(missing.headers.get('content-security-policy')).toContain("default-src 'none'");
      const ofProgram = await get(path, { Accept: 'application/json' });
      expect([ofProgram.status, await ofProgram.text()], path).toEqual([404, '']);
    }
  });

  it('compresses texts for whoever can read that, and for nobody else', async () => {
    const asked = (encoding: string): Promise<string> =>
      new Promise((resolve) => {
        const headers = { 'Accept-Encoding': encoding };
        httpRequest({ host: '127.0.0.1', port, path: '/assets/a-hash.js', headers }, (answer) => {
          answer.resume();
          resolve(answer.headers['content-encoding'] ?? 'as it is');
        }).end();
      });
    expect([await asked('br, gzip'), await asked('identity')]).toEqual(['gzip', 'as it is']);
    expect(await (await get('/assets/a-hash.js')).text()).toBe('1');
  });

  it('hands out nothing from outside its folder, and nothing that is hidden', async () => {
    for (const path of ['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/.vite/manifest.json', '/%']) {
      expect(await getRaw(path), path).toBe(404);
    }
    expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })).status).toBe(404);
  });
});

describe('faults on purpose', () => {
  it('lose or double the events of the functions that are named, and of no other', () => {
    const faults = localFaults(['a', 'b', 'c']);
    faults.set({ lost: ['a'], doubled: ['b'] });
    expect(['a', 'b', 'c'].map(faults.copiesOf)).toEqual([0, 2, 1]);
    faults.set({});
    expect(['a', 'b', 'c'].map(faults.copiesOf)).toEqual([1, 1, 1]);
  });

  it.each([
    [{ lost: ['z'] }, 'lost'],
    [{ smsRefused: 'yes' }, 'smsRefused'],
    [{ databaseStopped: 1 }, 'databaseStopped'],
    [{ engines: 'lazy' }, 'engines'],
    [{ other: 1 }, 'other'],
    ['x', 'body'],
  ])('%j is refused, naming what is wrong', (value, name) => {
    expect(() => localFaults(['a']).set(value)).toThrow(name);
  });
});
