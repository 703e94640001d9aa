import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A tool's own script, started with this very Node: `npx` would cost 0.3 s a call. */
export function toolPath(packageName: string, script: string): string {
  return join(root, 'node_modules', packageName, script);
}
