import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEBSITE } from '../../../infra/provision/bucket-parts.ts';
import { CONSOLE_PAGES, PUBLIC_PAGES, WORKSPACE_PAGES } from '../../../scripts/browser/page-addresses.ts';
import { REPOSITORY_ROOT } from '../../../scripts/build/build-functions.ts';
import { buildWeb, WEB_PAGES } from '../../../scripts/build/build-web.ts';
import { consoleCalls } from '../../../scripts/build/console-calls.ts';
import { budgetProblems, firstLoads } from '../../../scripts/web/first-loads.ts';
import { readLogo } from '../../../scripts/web/read-logo.ts';
import { renderReference } from '../../../scripts/web/reference/render-reference.ts';
import { renderPage } from '../../../scripts/web/render-page.ts';
import { readSiteConfig } from '../../../scripts/web/site-config.ts';
import { writeSite } from '../../../scripts/web/write-site.ts';
import { APP_MESSAGES } from '../../../web/src/app/app-messages.ts';
import { PLAIN_PAGES as WORKSPACE_NAMES, parseRoute as workspaceRoute } from '../../../web/src/app/router.ts';
import { AUDIT_ACTIONS } from '../../../web/src/console/audit-actions.ts';
import { CONSOLE_MESSAGES } from '../../../web/src/console/console-messages.ts';
import { PLAIN_PAGES as CONSOLE_NAMES, parseRoute as consoleRoute } from '../../../web/src/console/router.ts';
import { SITE_MESSAGES } from '../../../web/src/site/site-messages.ts';
import { listFiles } from '../../unit/structure/list-files.ts';

const site = readSiteConfig(join(REPOSITORY_ROOT, 'web/site.json'));
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-pages-'));
  await buildWeb({ outFolder: folder });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('the pages that are looked at in a browser', () => {
  it('are all that are built, and all that the routers of the workspace and the console know', () => {
    const places = Object.values(PUBLIC_PAGES).map((path) => path.slice(1).replace(/(^|\/)$/, '$1index.html'));
    expect([...places, WEB_PAGES.workspace, WEB_PAGES.console].sort()).toEqual(Object.values(WEB_PAGES).sort());
    const pagesOf = (hashes: Readonly<Record<string, string>>, parse: (hash: string) => { readonly page: string }) =>
      Object.values(hashes).map((hash) => parse(hash).page);
    expect(pagesOf(WORKSPACE_PAGES, workspaceRoute)).toEqual(['home', 'create', ...WORKSPACE_NAMES, 'unknown']);
    expect(pagesOf(CONSOLE_PAGES, consoleRoute)).toEqual([...CONSOLE_NAMES, 'unknown']);
  });
});

describe('the built pages', () => {
  it('carry the licences of what is bundled in them', () => {
    const licences = page('licences.md');
    for (const name of ['react', 'react-dom', '@tanstack/react-query', 'zod'])
      expect(licences).toContain(`## ${name} - `);
  });

  it('cost their first visitors no more than was promised', () => {
    const loads = firstLoads(folder);
    expect(loads.map(({ page: name }) => name)).toEqual(Object.keys(WEB_PAGES));
    expect(budgetProblems(loads)).toEqual([]);
    // React alone is 69 KB: a ruler that saw less of the workspace would not be measuring it.
    expect(loads.find(({ page: name }) => name === 'workspace')?.gzipBytes).toBeGreaterThan(69 * 1024);
    expect(budgetProblems([{ page: 'x', gzipBytes: 3, budgetBytes: 2 }])).toEqual(['x: 3 bytes gzip of 2']);
  });

  it('hold no script or style in the page itself, which their policy would stop', () => {
    for (const file of Object.values(WEB_PAGES)) {
      expect(page(file), file).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle="|\son[a-z]+="/);
      expect(page(file), file).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
  });

  it('have one for what is not there, as the bucket of the pages names it, that loads the same from any depth', () => {
    expect(WEBSITE.ErrorDocument.Key).toBe(WEB_PAGES.notFound);
    expect(WEB_PAGES.landing).toBe(WEBSITE.IndexDocument.Suffix);
    const built = page(WEB_PAGES.notFound);
    expect(built).toContain('<h1 data-t="notFoundTitle">找不到这个页面</h1>');
    expect(SITE_MESSAGES.notFoundTitle[1]).toBe('There is no such page');
    const links = [...built.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !/^(\/|#|\{\{icon\}\})/.test(link))).toEqual([]);
  });

  it('hold the reference of the API as the contract has it now', () => {
    const built = page(WEB_PAGES.reference);
    expect(built).toContain(renderReference());
    for (const [, name, text] of built.matchAll(/data-t="(\w+)"[^>]*>([^<]*)</g))
      expect(SITE_MESSAGES[name as keyof typeof SITE_MESSAGES]?.[0], name).toBe(text);
  });

  it('call the console for warnings and errors only', () => {
    const scripts = listFiles(folder, ['assets'], /\.js$/);
    expect(scripts.length).toBeGreaterThan(4);
    const allowed = ['warn', 'error'];
    expect(scripts.flatMap((file) => consoleCalls(page(file), allowed).map((place) => `${file}: ${place}`))).toEqual(
      [],
    );
    expect(consoleCalls('console.error(1);console.log(2)', allowed)).toEqual(['console.error(1);console.log(2)']);
  });

  it('are published with everything filled in, and the policy names the operator’s own hosts only', () => {
    const published = renderPage(page(WEB_PAGES.login), {
      ...site,
      brandZh: '<b>衣</b>',
      icpNumber: '粤ICP备12345678号-1',
      apiOrigin: 'https://api.example.com',
      objectsOrigin: 'https://bucket.example.com',
    });
    expect(published).not.toContain('{{');
    expect(published).toContain('&#60;b&#62;衣&#60;/b&#62;');
    expect(published).toContain('粤ICP备12345678号-1</a>');
    expect(published).toContain('connect-src &#39;self&#39; https://api.example.com https://bucket.example.com;');
    expect(published).toContain('script-src &#39;self&#39;;');
    expect(() => renderPage('{{nothing}}', site)).toThrow('nothing');
  });
});

describe('an operator’s own mark', () => {
  it('stands in every page and in its tab, and lies beside them; without one the built-in mark does', async () => {
    const out = mkdtempSync(join(tmpdir(), 'web-site-'));
    try {
      const logoFile = 'logo.svg';
      const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
      writeFileSync(join(out, logoFile), drawing);
      const logo = readLogo(join(out, logoFile));
      await writeSite(folder, { ...site, logo }, out);
      expect(readFileSync(join(out, logo.path), 'utf8')).toBe(drawing);
      for (const file of Object.values(WEB_PAGES)) {
        const html = readFileSync(join(out, file), 'utf8');
        expect(html, file).toContain(`<link rel="icon" href="${logo.path}" type="image/svg+xml"`);
        expect(html, file).toContain(`&#34;icon&#34;:&#34;${logo.path}&#34;`);
        expect(html, file).not.toMatch(/\{\{|icon\.svg|<svg class="mark"/);
      }
      const shown = `<img class="mark" src="${logo.path}" alt="" width="28" height="28">`;
      expect(readFileSync(join(out, WEB_PAGES.landing), 'utf8')).toContain(shown);
      const plain = renderPage(page(WEB_PAGES.landing), site);
      expect(plain).toContain('<link rel="icon" href="/icon.svg" type="image/svg+xml"');
      expect(plain).toContain('<svg class="mark"');
      expect(plain).not.toContain('<img class="mark"');
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});

describe('the texts', () => {
  it('of the pages all have a row, and that row’s Chinese is what the page says before scripts run', () => {
    const sources = [...Object.values(WEB_PAGES), 'partials/header.html', 'partials/footer.html'];
    const used = sources.flatMap((file) => {
      const html = readFileSync(join(REPOSITORY_ROOT, 'web', file), 'utf8');
      return [...html.matchAll(/data-t="(\w+)"[^>]*>([^<]*)</g)].map(([, name, text]) => ({ name, text }));
    });
    expect(used.length).toBeGreaterThan(40);
    for (const { name, text } of used) {
      expect(SITE_MESSAGES[name as keyof typeof SITE_MESSAGES]?.[0], name).toBe(text);
    }
  });

  it.each([
    ['site', SITE_MESSAGES],
    ['workspace', APP_MESSAGES],
    ['console', CONSOLE_MESSAGES],
    ['audit log', AUDIT_ACTIONS],
  ])('of the %s name the same places in both languages, and no English holds Chinese', (_name, messages) => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const [name, [zh, en]] of Object.entries(messages as Record<string, readonly [string, string]>)) {
      expect(places(en), name).toEqual(places(zh));
      expect(en, name).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('an operator’s site.json', () => {
  const broken = (fields: Record<string, unknown>): string => {
    const file = join(folder, 'site.json');
    const base = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'web/site.json'), 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...base, ...fields }));
    return file;
  };

  it.each([
    [{ icpNumber: '12345' }, 'icpNumber'],
    [{ apiOrigin: 'https://api.example.com/v1' }, 'apiOrigin'],
    [{ agreementVersion: 'the new one' }, 'agreementVersion'],
    [{ brandZh: '' }, 'brandZh'],
    [{ logoFile: 'none.svg' }, 'logoFile'],
    [{ logoFile: 'site.json' }, 'logoFile'],
  ])('%j is refused, naming the field', (fields, name) => {
    expect(() => readSiteConfig(broken(fields))).toThrow(name);
  });
});
