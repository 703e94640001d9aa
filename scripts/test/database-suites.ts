import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = 'tests/integration';

/**
 * For these the engine makes no difference: two are refused, thousands of times, before the database is asked anything of theirs; the third
 * looks which row a procedure locks first, which is our own text, and waits a second each time where the server knows no shorter one.
 */
const ANY_ENGINE = ['bad-input/requests.test.ts', 'bad-input/tokens.test.ts', 'database/account-first.test.ts'];

/** The integration suites that need a database, from the root: those that call `freshDatabase`, or `productDatabase`, `taskStage` or `ownEngineStage` on top of it. They run on both engines. */
export function databaseSuites(): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !ANY_ENGINE.includes(name))
    .map((name) => `${folder}/${name}`)
    .filter((name) =>
      /\b(freshDatabase|productDatabase|taskStage|ownEngineStage)\b/.test(readFileSync(join(root, name), 'utf8')),
    )
    .sort();
}
