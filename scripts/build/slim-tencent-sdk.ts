import type { Plugin } from 'esbuild';

/**
 * The official SDK brings a transport for a world without `fetch` (node-fetch, whatwg-url with 260 KB of Unicode tables, a proxy's agent
 * that prints) and a form builder with 137 KB of media types for uploads that no action of ours has: 134 KB of gzip where 15 do. What
 * makes a request of Tencent's out of a call, signs it and reads the answer stays as it is; Node's own `fetch` carries it.
 */
export const slimTencentSdk: Plugin = {
  name: 'slim-tencent-sdk',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]tencentcloud-sdk-nodejs[\\/]tencentcloud[\\/]common[\\/]http[\\/]fetch\.js$/ },
      () => ({
        contents: TRANSPORT,
        loader: 'js',
      }),
    );
    build.onLoad({ filter: /[\\/]form-data[\\/]lib[\\/]form_data\.js$/ }, () => ({
      contents:
        "module.exports = class { constructor() { throw new Error('multipart is left out of this bundle'); } };",
      loader: 'js',
    }));
  },
};

/** As the SDK calls it; `timeout` in milliseconds. A redirect would carry the signature elsewhere. */
const TRANSPORT = `
exports.__esModule = true;
exports.default = (url, { method, headers, body, timeout }) =>
  fetch(url, { method, headers, body, redirect: 'error', signal: AbortSignal.timeout(timeout) });
`;
