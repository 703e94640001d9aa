import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structureProblem } from '../../../shared/http/json-structure.ts';

describe('the structure of a JSON text', () => {
  it('has no problem when JSON.stringify wrote it, at any indentation', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, 4), (value, indent) => {
        expect(structureProblem(JSON.stringify(value, null, indent))).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
  it('tells a key that is given twice in any object of it, however it is written', () => {
    const escaped = (key: string) =>
      `"${[...key].map((unit) => (unit.length === 1 ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : unit)).join('')}"`;
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), fc.boolean(), (key, value, spellOut) => {
        const text = JSON.stringify(value);
        const second = spellOut ? escaped(key) : JSON.stringify(key);
        const json = `[${text},{"outer":{${JSON.stringify(key)}:${text},${second}:1}}]`;
        expect(JSON.parse(json)).toBeDefined();
        expect(structureProblem(json)).toEqual({ kind: 'duplicate', path: `1.outer.${key}` });
      }),
    );
  });
  it('may repeat a key in another object, or as a value', () => {
    expect(structureProblem('[{"a":"a","b":["a","a"]},{"a":{"a":1}}]')).toBeNull();
    expect(structureProblem('{"a":"\\"a\\":","b":"{\\"a\\":1,\\"a\\":2}"}')).toBeNull();
  });
  it('may be 32 levels deep and not 33', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(structureProblem(nested(32))).toBeNull();
    expect(structureProblem(nested(33))).toEqual({ kind: 'too_deep' });
    expect(structureProblem(`[${nested(31)},${nested(31)}]`)).toBeNull();
  });
});
