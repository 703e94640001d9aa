import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages, unpackPackages } from '../database/apt-packages.ts';
import { cacheFolder } from '../database/cache-folder.ts';
import { programOnPath } from '../database/find-server.ts';
import { runProgram } from '../database/run-program.ts';

export interface InstalledBrowser {
  readonly executablePath: string;
  /** Where an unpacked one finds its libraries and fonts. */
  readonly env: Readonly<Record<string, string>>;
}

/** No browser can be had here; the message says what to install. */
export class BrowserUnavailable extends Error {
  override readonly name = 'BrowserUnavailable';
}

type Progress = (line: string) => void;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** `chromium-common` is named for machines that have it already: what is installed is not unpacked with the rest. */
const PACKAGES = [
  ['chromium', 'chromium-common', 'fonts-noto-cjk', 'fontconfig'],
  ['chromium-browser', 'fonts-noto-cjk'],
];
const ADVICE = 'run `sudo apt-get install chromium fonts-noto-cjk`, or put Chromium on the PATH, and try again';

/**
 * Chromium with Chinese fonts: the machine's own, else installed with apt (as root) or unpacked into the user's cache.
 * `YIYING_IGNORE_SYSTEM_BROWSER=1` goes straight to the private copy. @throws BrowserUnavailable
 */
export async function findBrowser(onProgress: Progress): Promise<InstalledBrowser> {
  const ignoreSystem = process.env['YIYING_IGNORE_SYSTEM_BROWSER'] === '1';
  const isRoot = process.getuid?.() === 0;
  if (!ignoreSystem) {
    const present = await systemBrowser(isRoot, onProgress);
    if (present) return present;
  }
  return unpackedBrowser(onProgress);
}

async function systemBrowser(isRoot: boolean, onProgress: Progress): Promise<InstalledBrowser | null> {
  const installed = programOnPath(NAMES);
  if (installed !== undefined && (await hasChineseFonts())) return { executablePath: installed, env: {} };
  if (!isRoot || !(await installPackages(PACKAGES, onProgress))) return null;
  const program = programOnPath(NAMES);
  return program === undefined ? null : { executablePath: program, env: {} };
}

/** Without them every Chinese text of a screenshot is a row of boxes. macOS has its own. */
async function hasChineseFonts(): Promise<boolean> {
  if (process.platform === 'darwin') return true;
  const { code, output } = await runProgram(['fc-list', ':lang=zh-cn', 'family']).catch(() => ({
    code: 1,
    output: '',
  }));
  return code === 0 && output.trim() !== '';
}

async function unpackedBrowser(onProgress: Progress): Promise<InstalledBrowser> {
  if (!existsSync('/usr/bin/apt-get')) throw new BrowserUnavailable(`no Chromium with Chinese fonts: ${ADVICE}`);
  const folder = join(cacheFolder(), 'browsers', 'chromium');
  let root: string;
  try {
    root = await unpackPackages({ folder, packages: PACKAGES, onProgress });
  } catch (cause) {
    throw new BrowserUnavailable(`Chromium could not be unpacked (${String(cause)}): ${ADVICE}`, { cause });
  }
  const executablePath = join(root, 'usr/lib/chromium/chromium');
  if (!existsSync(executablePath)) throw new BrowserUnavailable(`no Chromium in ${root}: ${ADVICE}`);
  return { executablePath, env: await environmentOf(root, folder) };
}

async function environmentOf(root: string, folder: string): Promise<Record<string, string>> {
  const machine = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const fonts = join(folder, 'fonts.conf');
  await mkdir(join(folder, 'fonts-cache'), { recursive: true });
  await writeFile(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
  );
  const libraries = [`usr/lib/${machine}`, `lib/${machine}`, 'usr/lib/chromium', 'usr/lib'].map((part) =>
    join(root, part),
  );
  return { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_FILE: fonts };
}
