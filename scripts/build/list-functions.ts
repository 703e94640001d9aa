import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FUNCTIONS = fileURLToPath(new URL('../../functions', import.meta.url));
/** Operators' functions have a folder of their own. */
const OPERATORS = 'ops';

/** Every function below the folder, by the name of its own folder. */
export function listFunctions(functionsFolder = FUNCTIONS): string[] {
  const inFolder = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'handler.ts')))
          .map(({ name }) => name)
      : [];
  return [...inFolder(functionsFolder), ...inFolder(join(functionsFolder, OPERATORS))].sort();
}

/** Where the function's handler stands. */
export function functionFolder(functionsFolder: string, name: string): string {
  const folder = join(functionsFolder, name);
  return existsSync(join(folder, 'handler.ts')) ? folder : join(functionsFolder, OPERATORS, name);
}
