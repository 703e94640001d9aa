import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';

/** One rule of a `Pic-Operations` header: what is done, and under which key the result is kept. */
export interface PicRule {
  readonly toKey: string;
  /** As it was given: `ci-process=GoodsMatting&…`, `imageMogr2/format/jpg`. */
  readonly rule: string;
  /** Of a `ci-process`, by name; empty for others. */
  readonly params: ReadonlyMap<string, string>;
}

const MAX_RULES = 5;

/** The header's rules (https://cloud.tencent.com/document/product/460/18147). @throws CosError InvalidArgument */
export function readPicOperations(request: CosRequest): PicRule[] {
  const header = request.header('pic-operations');
  if (header === undefined) throw new CosError('InvalidArgument', 'Pic-Operations is missing');
  const { rules } = parse(header);
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > MAX_RULES) {
    throw new CosError('InvalidArgument', `Pic-Operations: rules must be 1 to ${MAX_RULES}`);
  }
  return rules.map((one: unknown) => {
    const { fileid, rule } = (one ?? {}) as { fileid?: unknown; rule?: unknown };
    if (typeof fileid !== 'string' || fileid === '' || fileid.endsWith('/')) {
      throw new CosError('InvalidArgument', 'Pic-Operations: fileid must name a file');
    }
    if (typeof rule !== 'string' || rule === '')
      throw new CosError('InvalidArgument', 'Pic-Operations: rule is missing');
    return { toKey: keyOf(fileid, request.key), rule, params: paramsOf(rule) };
  });
}

function parse(header: string): { rules?: unknown } {
  try {
    const value: unknown = JSON.parse(header);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Answered below.
  }
  throw new CosError('InvalidArgument', 'Pic-Operations is no JSON object');
}

/** With a slash in front from the bucket's root, without one from the folder of the picture. */
const keyOf = (fileid: string, source: string): string =>
  fileid.startsWith('/') ? fileid.slice(1) : `${source.slice(0, source.lastIndexOf('/') + 1)}${fileid}`;

const paramsOf = (rule: string): Map<string, string> =>
  new Map(
    rule.startsWith('ci-process=')
      ? rule.split('&').map((pair) => {
          const at = pair.indexOf('=');
          return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
        })
      : [],
  );
