import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What SCF unpacks at /opt: of a deployed account the layers of the function; null: a checkout keeps all in the function's folder. */
export function optFolder(distFolder: string, name: string): string | null {
  const opt = join(distFolder, 'opt', name);
  return existsSync(opt) ? opt : null;
}

/** What MEDIA_RESOURCES names on SCF. */
export const mediaFolder = (distFolder: string, name: string): string =>
  join(optFolder(distFolder, name) ?? join(distFolder, 'functions', name), 'media');
