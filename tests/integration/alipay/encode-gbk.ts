/** Node decodes GBK and does not encode it: the table is the decoder's own, turned round, and a test holds known bytes against it. */
function makeTable(): Map<string, readonly [number, number]> {
  const decoder = new TextDecoder('gbk');
  const table = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail !== 0x7f) table.set(decoder.decode(Buffer.from([lead, trail])), [lead, trail]);
    }
  }
  return table;
}

const TABLE = makeTable();

/** @throws when GBK has not a character of the text */
export function encodeGbk(text: string): Buffer {
  return Buffer.from(
    [...text].flatMap((sign) => {
      if (sign < '\u0080') return [sign.charCodeAt(0)];
      const bytes = TABLE.get(sign);
      if (bytes === undefined) throw new RangeError(`GBK has no ${sign}`);
      return bytes;
    }),
  );
}
