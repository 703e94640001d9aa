import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { renderReference } from '../web/reference/render-reference.ts';
import { REPOSITORY_ROOT } from './build-functions.ts';

/**
 * The pages by name; each is its folder's index.html, so that any static host serves it at a clean path. `404.html` is what a host shows
 * where there is none.
 */
export const WEB_PAGES = {
  landing: 'index.html',
  pricing: 'pricing/index.html',
  login: 'login/index.html',
  agreement: 'legal/agreement/index.html',
  privacy: 'legal/privacy/index.html',
  reference: 'developers/index.html',
  notFound: '404.html',
  workspace: 'app/index.html',
  console: 'console/index.html',
} as const;
/** What is behind a door: reached by signing in, and then page by page. */
export const SIGNED_IN_PAGES: readonly string[] = ['workspace', 'console'];

export interface BuildWebOptions {
  /** Default `{root}/dist/web`. */
  readonly outFolder?: string;
  /** Rebuilds on every change until `close`; answers after the first build. */
  readonly onRebuilt?: (ms: number) => void;
}

export interface WebBuild {
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Builds the pages. What they hold in `{{…}}` is the operator's and is filled in when they are published or served. */
export async function buildWeb({ outFolder, onRebuilt }: BuildWebOptions = {}): Promise<WebBuild> {
  const root = join(REPOSITORY_ROOT, 'web');
  const folder = outFolder ?? join(REPOSITORY_ROOT, 'dist', 'web');
  const built = await keepingNodeEnv(() =>
    build({
      root,
      configFile: false,
      logLevel: 'error',
      clearScreen: false,
      plugins: [partials(join(root, 'partials'))],
      // As in production whatever NODE_ENV is, which a test runner sets.
      oxc: { jsx: { runtime: 'automatic', development: false } },
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: ['chrome91', 'safari15', 'firefox90'],
        // WeChat's own browser is an old Chromium on many phones.
        cssTarget: ['chrome91', 'safari15', 'firefox90'],
        modulePreload: { polyfill: false },
        // The policy of the pages allows no data: addresses but in pictures.
        assetsInlineLimit: 0,
        reportCompressedSize: false,
        manifest: true,
        // Of what is bundled: the pages are handed to whoever opens them.
        license: { fileName: 'licences.md' },
        ...(onRebuilt && { watch: {} }),
        rolldownOptions: {
          input: Object.fromEntries(Object.entries(WEB_PAGES).map(([name, file]) => [name, join(root, file)])),
        },
      },
    }),
  );
  if (!('on' in built)) return { folder, close: async () => undefined };
  await new Promise<void>((resolve, reject) => {
    let isFirst = true;
    built.on('event', (event) => {
      if (event.code === 'BUNDLE_END') void event.result.close();
      if (event.code === 'ERROR' && isFirst) reject(event.error);
      if (event.code === 'BUNDLE_END' && !isFirst) onRebuilt?.(event.duration);
      if (event.code !== 'END') return;
      isFirst = false;
      resolve();
    });
  });
  return { folder, close: () => built.close() };
}

/** Vite sets NODE_ENV to production for its whole process, in which the local cloud then refuses to run. */
async function keepingNodeEnv<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const before = process.env['NODE_ENV'];
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

/** `<!-- partial name -->` in a page stands for partials/name.html; `reference` for what the contract says. */
function partials(folder: string): Plugin {
  return {
    name: 'partials',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<!-- partial (\w+) -->/g, (_, name: string) =>
          name === 'reference' ? renderReference() : readFileSync(join(folder, `${name}.html`), 'utf8').trimEnd(),
        ),
    },
  };
}
