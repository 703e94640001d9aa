import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CONTENT_TYPES, cacheControlOf } from '../../web/content-types.ts';
import { contentPolicy, renderPage } from '../../web/render-page.ts';
import type { SiteConfig } from '../../web/site-config.ts';

export interface WebFolder {
  /** As `buildWeb` wrote it. */
  readonly folder: string;
  readonly site: () => SiteConfig;
}

const TEXTS = /^(text\/|application\/json|image\/svg)/;
const KEPT = 100;

/** Plays the static host behind its CDN: texts compressed, index pages of folders, names with a hash kept for ever, everything else asked for again; whoever asks for a page that is not there gets `404.html`. */
export function serveWeb({ folder, site }: WebFolder) {
  const kept = new Map<string, Promise<Buffer>>();
  const compressed = (etag: string, body: Buffer): Promise<Buffer> => {
    const found = kept.get(etag) ?? promisify(gzip)(body);
    // Each rebuild of a page has other names: those of long ago are let go.
    if (kept.size >= KEPT) kept.clear();
    kept.set(etag, found);
    return found;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse, path: string, status: 200 | 404) => {
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    if (!file.startsWith(folder + sep) || file.includes(`${sep}.`)) return false;
    const type = CONTENT_TYPES[extname(file)];
    if (type === undefined) return redirect(folder, path, response);
    const logo = path.startsWith('/logo-') ? site().logo : null;
    const bytes = logo?.path === path ? logo.bytes : await readOrNull(file);
    if (bytes === null) return false;
    const isPage = extname(file) === '.html';
    const body = isPage ? Buffer.from(renderPage(bytes.toString('utf8'), site())) : bytes;
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const headers = {
      'Content-Type': type,
      ETag: etag,
      'Cache-Control': cacheControlOf(path.slice(1)),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      ...(isPage && {
        'Content-Security-Policy': `${contentPolicy(site())}; frame-ancestors 'none'`,
        'X-Frame-Options': 'DENY',
      }),
    };
    if (status === 200 && request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    const isSmaller = TEXTS.test(type) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const sent = isSmaller ? await compressed(etag, body) : body;
    const how = isSmaller ? { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : { Vary: 'Accept-Encoding' };
    response.writeHead(status, { ...headers, ...how }).end(request.method === 'HEAD' ? undefined : sent);
    return true;
  };
  /** @returns false when there is no such file and no browser asks, so that somebody else may answer */
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = readPath(request.url ?? '/');
    if (path === null) return false;
    if (await answer(request, response, path, 200)) return true;
    return /\btext\/html\b/.test(request.headers.accept ?? '') && answer(request, response, '/404.html', 404);
  };
}

function readPath(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url, 'http://web').pathname);
  } catch {
    return null;
  }
}

/** `/pricing` to `/pricing/`, as a bucket's website does it. */
async function redirect(folder: string, path: string, response: ServerResponse): Promise<boolean> {
  if (path.includes('..') || (await readOrNull(join(folder, path, 'index.html'))) === null) return false;
  response.writeHead(302, { Location: `${path.replace(/^\/+/, '/')}/` }).end();
  return true;
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch {
    return null;
  }
}
