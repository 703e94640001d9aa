const MAX_DEPTH = 32;

export type StructureProblem = { readonly kind: 'duplicate'; readonly path: string } | { readonly kind: 'too_deep' };

interface Level {
  /** Null in an array. */
  readonly keys: Set<string> | null;
  name: string;
  index: number;
}

/**
 * The first key that an object of this JSON text has twice, or nesting beyond 32. JSON.parse would silently keep the
 * last value, and whoever checked the first (a proxy, a log) would have checked another request.
 * `json` must have passed JSON.parse: this reads structure, not grammar.
 */
export function structureProblem(json: string): StructureProblem | null {
  const levels: Level[] = [];
  let expectKey = false;
  for (let i = 0; i < json.length; i++) {
    const top = levels.at(-1);
    switch (json[i]) {
      case '"': {
        const end = stringEnd(json, i);
        if (expectKey && top?.keys) {
          top.name = JSON.parse(json.slice(i, end + 1)) as string;
          if (top.keys.has(top.name)) return { kind: 'duplicate', path: pathOf(levels) };
          top.keys.add(top.name);
          expectKey = false;
        }
        i = end;
        break;
      }
      case '{':
      case '[':
        if (levels.length === MAX_DEPTH) return { kind: 'too_deep' };
        levels.push({ keys: json[i] === '{' ? new Set() : null, name: '', index: 0 });
        expectKey = json[i] === '{';
        break;
      case '}':
      case ']':
        levels.pop();
        expectKey = false;
        break;
      case ',':
        if (top !== undefined) top.index++;
        expectKey = top?.keys != null;
        break;
      default: // Numbers, words, colons, white space: no structure.
    }
  }
  return null;
}

function stringEnd(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
  return i;
}

const pathOf = (levels: readonly Level[]): string =>
  levels.map((level) => (level.keys === null ? String(level.index) : level.name)).join('.');
