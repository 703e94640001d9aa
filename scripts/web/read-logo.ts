import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Logo {
  /** Its address on the site; with a hash, since browsers keep icons for long. */
  readonly path: string;
  readonly contentType: 'image/svg+xml' | 'image/png';
  readonly bytes: Buffer;
}

/** It is part of every page's first load. */
const MAX_BYTES = 64 * 1024;
const MIN_SIDE = 32;
const MAX_SIDE = 1024;
/** The tab's icon and the mark beside the name are square. */
const MAX_RATIO = 2;

/** An operator's mark. @throws an Error with the field's name and the rule */
export function readLogo(file: string): Logo {
  const bytes = readBytes(file);
  const isPng = bytes.subarray(0, PNG.length).equals(PNG);
  const problem =
    bytes.length > MAX_BYTES
      ? `${bytes.length} bytes, at most ${MAX_BYTES}`
      : isPng
        ? pngProblem(bytes)
        : svgProblem(bytes);
  if (problem !== null) throw new Error(`logoFile: ${file}: ${problem}`);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return isPng
    ? { path: `/logo-${hash}.png`, contentType: 'image/png', bytes }
    : { path: `/logo-${hash}.svg`, contentType: 'image/svg+xml', bytes };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`logoFile: ${file} cannot be read`, { cause });
  }
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_END = 33;

/** IHDR, the first chunk, has the size (PNG 3rd edition, 11.2.1); IEND is the last. */
function pngProblem(bytes: Buffer): string | null {
  if (bytes.length < HEADER_END || bytes.toString('latin1', 12, 16) !== 'IHDR') return 'not a PNG, or cut off';
  if (bytes.toString('latin1', bytes.length - 8, bytes.length - 4) !== 'IEND') return 'a PNG that is cut off';
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < MIN_SIDE || long > MAX_SIDE) return `${width}×${height}, each side has ${MIN_SIDE} to ${MAX_SIDE} pixels`;
  return long > short * MAX_RATIO ? `${width}×${height}, a mark is about square` : null;
}

const DRAWING = new Set(
  (
    'svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan style ' +
    'linearGradient radialGradient stop clipPath mask pattern filter feGaussianBlur feOffset feMerge feMergeNode feFlood feComposite feBlend feColorMatrix'
  ).split(' '),
);
const TAG = /<\/?([A-Za-z][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/g;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** Of UTF-8, which is what is read here; any other instruction (a style sheet) stays, and is refused. */
const DECLARATION =
  /^\uFEFF?\s*(<\?xml\s+version=["']1\.[01]["'](\s+encoding=["']utf-8["'])?(\s+standalone=["'](yes|no)["'])?\s*\?>)?/i;
const NAMESPACE = /\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/;

/**
 * A list of what may be in it, not of what may not: the site's pages show it as a picture, in which scripts do not run, but a bucket
 * serves it at its own address, too, without a policy. What drawing programs add of their own is left out by their "plain SVG".
 */
function svgProblem(bytes: Buffer): string | null {
  const text = bytes
    .toString('utf8')
    .replace(DECLARATION, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim();
  if (!/^<svg[\s>]/.test(text) || !text.endsWith('</svg>')) return 'neither a PNG nor an SVG';
  if (!NAMESPACE.test(text.slice(0, text.indexOf('>') + 1))) return 'an SVG without xmlns="http://www.w3.org/2000/svg"';
  for (const [, name = '', attributes = ''] of text.matchAll(TAG)) {
    if (!DRAWING.has(name)) return `<${name}> is no part of a plain drawing`;
    for (const [, attribute = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
      if (/^on/i.test(attribute)) return `${attribute} is a script`;
      if (/(^|:)href$/i.test(attribute) && !/^#[\w-]+$/.test(double ?? single ?? ''))
        return `${attribute} may only name a part of the drawing itself (#…)`;
    }
  }
  const rest = text.replace(TAG, '');
  if (/[<\0]/.test(rest)) return 'not well-formed, or with a DOCTYPE, CDATA or another processing instruction';
  // An escape or entity could spell what is looked for here.
  if (/\\|&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return 'escapes and entities are not read';
  if (/@import|@namespace|image-set|url\(\s*(?!["']?#)/i.test(text)) return 'it may fetch nothing: url(#…) only';
  return null;
}
