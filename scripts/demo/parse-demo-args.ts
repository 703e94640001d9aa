import { existsSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';

export interface DemoArguments {
  readonly json: boolean;
  /** Absolute. Empty: sample garments are drawn. */
  readonly photos: readonly string[];
}

export const USAGE = `npm run demo [-- [--json] [photo …]]
  photo    JPEG, PNG or WebP files; none: sample garments are drawn
  --json   one JSON document on standard output, nothing else (npm run -s demo -- --json)`;

/** `from` is where the user stood. @throws Error with a line for the user */
export function parseDemoArgs(args: readonly string[], from: string): DemoArguments {
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--json');
  if (unknown !== undefined) throw new Error(`demo: unknown option ${unknown}\n${USAGE}`);
  const photos = args.filter((arg) => arg !== '--json').map((path) => (isAbsolute(path) ? path : resolve(from, path)));
  for (const photo of photos) {
    if (!existsSync(photo)) throw new Error(`demo: there is no file ${photo}`);
    if (!statSync(photo).isFile()) throw new Error(`demo: ${photo} is not a file`);
  }
  return { json: args.includes('--json'), photos };
}
