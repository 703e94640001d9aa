import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeName, uniqueNames } from '../../../shared/library/archive/safe-name.ts';

it.each([
  ['春装 连衣裙', '春装 连衣裙'],
  ['a/b\\c:d*e?f"g<h>i|j', 'a_b_c_d_e_f_g_h_i_j'],
  ['..\\..\\evil', '_.._evil'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['COM¹', '_COM¹'],
  ['console', 'console'],
  ['trailing. . ', 'trailing'],
  [' .hidden', 'hidden'],
  ['\u202Egpj.exe', '_gpj.exe'],
  ['a\u0000b\nc', 'a_b_c'],
  ['???', 'photo'],
  ['   ', 'photo'],
])('a folder of %j is called %j', (text, expected) => {
  expect(safeName(text, 'photo')).toBe(expected);
});

/** Any code points, halves of pairs as well; fast-check's own unit for that takes seconds to set up. */
const anyText = fc.array(fc.nat(0x10ffff), { maxLength: 200 }).map((points) => String.fromCodePoint(...points));

it('a name of any text can be unpacked on Windows, and is not cut within a character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = safeName(text, 'photo');
      expect(name).toMatch(/^[^<>:"/\\|?*\p{Cc}]+$/u);
      expect(name).not.toMatch(/^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      expect(() => encodeURIComponent(name)).not.toThrow();
      expect([...name].length).toBeLessThanOrEqual(61);
    }),
    { seed: 20261126, numRuns: 500 },
  );
});

it('names that differ in case alone are told apart', () => {
  const unique = uniqueNames();
  expect(['white.jpg', 'White.JPG', 'white.jpg', 'white (2).jpg', '.csv'].map(unique)).toEqual([
    ...['white.jpg', 'White (2).JPG', 'white (3).jpg', 'white (2) (2).jpg', '.csv'],
  ]);
});
