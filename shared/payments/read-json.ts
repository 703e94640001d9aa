const MAX_BYTES = 64 * 1024;

/**
 * Keys that the text writes against keys that the parsed value has: they differ when a field was given twice. JSON.parse
 * keeps the last of two, another reader the first, and about money two readers must not differ.
 */
function writtenKeys(text: string): number {
  let keys = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/gs)) if (colon === ':') keys += 1;
  return keys;
}

function parsedKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  const own = Array.isArray(value) ? 0 : inner.length;
  return inner.reduce((sum: number, item) => sum + parsedKeys(item), own);
}

/** Keeps nothing between two whole texts. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON of at most 64 KiB in valid UTF-8 with no field twice, or undefined. */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    const text = UTF8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return writtenKeys(text) === parsedKeys(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
