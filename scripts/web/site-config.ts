import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { type Logo, readLogo } from './read-logo.ts';

const origin = z.string().check(z.regex(/^https?:\/\/[a-z0-9.-]+(:\d+)?$|^$/, 'an origin without a path'));
const text = z.string().check(z.minLength(1), z.maxLength(80));

/** What an operator says about their own site: web/site.json, or the file that `--config` names. */
const SiteFile = z.strictObject({
  brandZh: text,
  brandEn: text,
  /** The mark beside the name and in the browser's tab: a plain SVG or a PNG beside this file; empty for the built-in one. */
  logoFile: z.string(),
  /** Stands in the footer and links to the register; empty outside mainland China. */
  icpNumber: z.string().check(z.regex(/^$|^\p{Script=Han}ICP备\d{6,10}号(-\d+)?$/u, 'as the register writes it')),
  supportContact: z.string().check(z.maxLength(80)),
  /** Empty: the pages and the API share an origin. */
  apiOrigin: origin,
  /** Where photos are sent to and results come from: the bucket's origin. */
  objectsOrigin: origin,
  /** Recorded with each sign-in; a new text is a new version. */
  agreementVersion: z.string().check(z.regex(/^[\w.-]{1,32}$/)),
  /** Plain text, paragraphs parted by empty lines, `# ` before a heading; beside this file. */
  agreementFile: z.string(),
  privacyFile: z.string(),
});

export type SiteConfig = Omit<z.output<typeof SiteFile>, 'agreementFile' | 'privacyFile' | 'logoFile'> & {
  /** null: the built-in mark. */
  readonly logo: Logo | null;
  readonly agreementText: string;
  readonly privacyText: string;
};

/** @throws an Error that names each bad field and its rule */
export function readSiteConfig(file: string): SiteConfig {
  const parsed = SiteFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
    throw new Error(`${file}: ${problems.join('; ')}`);
  }
  const { agreementFile, privacyFile, logoFile, ...rest } = parsed.data;
  const read = (name: string): string => readFileSync(join(dirname(file), name), 'utf8');
  const logo = logoFile === '' ? null : readLogo(join(dirname(file), logoFile));
  return { ...rest, logo, agreementText: read(agreementFile), privacyText: read(privacyFile) };
}
