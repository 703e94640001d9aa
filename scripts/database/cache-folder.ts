import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that outlives a run: unpacked servers and database templates. `$XDG_CACHE_HOME/yiying` or `~/.cache/yiying`;
 * where the home folder cannot be written (service accounts), a folder of the user's own under the temporary folder.
 */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const wanted = join(base, 'yiying');
  try {
    mkdirSync(wanted, { recursive: true });
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    const fallback = join(tmpdir(), `yiying-cache-${userInfo().uid}`);
    mkdirSync(fallback, { recursive: true, mode: 0o700 });
    return fallback;
  }
}
