let table: ReadonlyMap<string, Buffer> | undefined;

/** Every pair of bytes that the platform's decoder knows, turned round: the runtime reads GBK and does not write it. */
function readTable(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gbk', { fatal: true });
  const made = new Map<string, Buffer>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const bytes = Buffer.from([lead, trail]);
      try {
        const character = decoder.decode(bytes);
        if (!made.has(character)) made.set(character, bytes);
      } catch {
        // no such pair
      }
    }
  }
  return made;
}

/** What GBK lacks becomes `?`. */
export function encodeGbk(text: string): Buffer {
  table ??= readTable();
  const known = table;
  const bytes = [...text].map((character) =>
    character < '\u0080' ? Buffer.from(character) : (known.get(character) ?? Buffer.from('?')),
  );
  return Buffer.concat(bytes);
}
