import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

export interface DemoArguments {
  readonly json: boolean;
  readonly featureId: string;
  /** The photos are one batch. */
  readonly batch: boolean;
  /** Absolute. Empty: sample garments are drawn. */
  readonly photos: readonly string[];
}

export const USAGE = `npm run demo [-- [--json] [--feature card] [--batch folder] [photo …]]
  photo            JPEG, PNG or WebP files; none: sample garments are drawn
  --feature card   which card to order from: basic_clean (as it stands), storyboard_template, platform_pack, poster, …
  --batch folder   all pictures of a folder (at most 100) as one batch
  --json           one JSON document on standard output, nothing else (npm run -s demo -- --json)`;

const PICTURE = /\.(jpe?g|png|webp)$/i;
const MAX_BATCH = 100;

/** `from` is where the user stood. @throws Error with a line for the user */
export function parseDemoArgs(args: readonly string[], from: string): DemoArguments {
  const rest = [...args];
  const json = rest.includes('--json');
  if (json) rest.splice(rest.indexOf('--json'), 1);
  const featureId = takeValue(rest, '--feature') ?? 'basic_clean';
  const folder = takeValue(rest, '--batch');
  const unknown = rest.find((arg) => arg.startsWith('-'));
  if (unknown !== undefined) throw new Error(`demo: unknown option ${unknown}\n${USAGE}`);
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(from, path));
  const photos = folder === undefined ? rest.map(absolute) : picturesIn(absolute(folder));
  for (const photo of photos) {
    if (!existsSync(photo)) throw new Error(`demo: there is no file ${photo}`);
    if (!statSync(photo).isFile()) throw new Error(`demo: ${photo} is not a file`);
  }
  return { json, featureId, batch: folder !== undefined, photos };
}

function takeValue(args: string[], option: string): string | undefined {
  const at = args.indexOf(option);
  if (at < 0) return undefined;
  const [, value] = args.splice(at, 2);
  if (value === undefined || value.startsWith('-')) throw new Error(`demo: ${option} needs a value\n${USAGE}`);
  return value;
}

function picturesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`demo: there is no folder ${folder}`);
  const names = readdirSync(folder).filter((name) => PICTURE.test(name));
  if (names.length === 0) throw new Error(`demo: ${folder} holds no JPEG, PNG or WebP`);
  if (names.length > MAX_BATCH)
    throw new Error(`demo: ${folder} holds ${names.length} pictures, a batch at most ${MAX_BATCH}`);
  return names.sort().map((name) => join(folder, name));
}
