/** Characters of the id that ends `bundle.js` and begins `bundle.cache`. */
export const BUNDLE_ID_LENGTH = 32;

/**
 * The text of every function's `index.js`: runs `bundle.js`, from V8's code cache where that fits (half of a cold start
 * above bare Node). V8 itself refuses a cache of another version or other flags, but of the source it compares the
 * length alone; so bundle and cache bear the same id, and a cache beside another bundle is not even offered.
 *
 * The bundle is pure ASCII (esbuild escapes the rest), so latin1 reads it without decoding and V8 keeps one byte a
 * character. `columnOffset` hides the wrapper from stack traces, so that source maps fit; V8
 * takes it from the cache, so that one is made with it too.
 */
export const LOADER_SOURCE = `'use strict';
const { readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { constants, Script } = require('node:vm');
const filename = join(__dirname, 'bundle.js');
const source = readFileSync(filename, 'latin1');
let cachedData;
try {
  const cache = readFileSync(join(__dirname, 'bundle.cache'));
  if (cache.latin1Slice(0, ${BUNDLE_ID_LENGTH}) === source.slice(-${BUNDLE_ID_LENGTH})) cachedData = cache.subarray(${BUNDLE_ID_LENGTH});
} catch {}
const wrapped = wrap(source);
const script = new Script(wrapped, {
  filename,
  cachedData,
  columnOffset: -wrapped.indexOf(source),
  importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename, __dirname);
module.exports = { ...bundle.exports, codeCache: cachedData ? (script.cachedDataRejected ? 'rejected' : 'accepted') : 'none' };
`;

/** Runs in a worker: loads bundles as the loader does, and answers each one's code cache once its top level has run. */
export const CODE_CACHE_WORKER = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { constants, Script } = require('node:vm');
for (const { name, file } of workerData) {
  try {
    const source = readFileSync(file, 'latin1');
    const wrapped = wrap(source);
    const script = new Script(wrapped, {
      filename: file,
      columnOffset: -wrapped.indexOf(source),
      importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const bundle = { exports: {} };
    script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dirname(file));
    if (typeof bundle.exports.main !== 'function') throw new Error('exports no function named main');
    parentPort.postMessage({ name, data: script.createCachedData() });
  } catch (error) {
    parentPort.postMessage({ name, problem: String(error?.stack ?? error) });
  }
}
parentPort.postMessage({ done: true });
`;
