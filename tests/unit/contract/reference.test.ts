import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { FIELD_TEXTS } from '../../../scripts/web/reference/field-texts.ts';
import { textOf } from '../../../scripts/web/reference/operation-section.ts';
import { GROUPS, OPERATION_TEXTS } from '../../../scripts/web/reference/operation-texts.ts';
import { documentedOperations } from '../../../scripts/web/reference/reference-document.ts';
import { renderReference } from '../../../scripts/web/reference/render-reference.ts';
import { type FieldRow, fieldRows } from '../../../scripts/web/reference/schema-fields.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';

const forKeys = OPERATIONS.filter(({ apiKey }) => apiKey !== undefined) as readonly Operation[];
const html = renderReference();
const without = (text: string) => OPERATIONS.filter(({ name }) => name !== text);
const changed = (name: string, over: Partial<Operation>): Operation[] =>
  OPERATIONS.map((one) => (one.name === name ? { ...(one as Operation), ...over } : one));

describe('the API reference', () => {
  it('tells of every operation that is for keys, and of no other; one more or less stops the build', () => {
    expect(GROUPS.flatMap(({ operations }) => operations).sort()).toEqual(forKeys.map(({ name }) => name).sort());
    expect(Object.keys(OPERATION_TEXTS).sort()).toEqual(forKeys.map(({ name }) => name).sort());
    for (const { name, path } of forKeys) {
      expect(html).toContain(`id="${name}"`);
      expect(html).toContain(`<code>${path}</code>`);
    }
    expect(() => renderReference(without('get-task'))).toThrow('get-task is not for API keys');
    expect(() => renderReference(changed('redeem-code', { apiKey: 'create' }))).toThrow('nothing of redeem-code');
  });

  it('has words for every field of them; a new field without words stops the build, and no words are left over', () => {
    const used = new Set<string>();
    for (const { operation, input, output } of documentedOperations(OPERATIONS)) {
      for (const { path } of [...fieldRows(input), ...fieldRows(output)]) {
        expect(textOf(operation.name, path)[0]).toMatch(/./);
        const own = `${operation.name} ${path}`;
        used.add(own in FIELD_TEXTS ? own : (path.split('.').at(-1) as string));
      }
    }
    expect(Object.keys(FIELD_TEXTS).filter((key) => !used.has(key))).toEqual([]);
    const more = changed('query-quota', { output: z.strictObject({ available: z.int(), newlyThoughtOf: z.int() }) });
    expect(() => renderReference(more)).toThrow('newlyThoughtOf of query-quota');
  });

  it('shows examples that the contract accepts', () => {
    for (const { name, input } of forKeys)
      expect([name, z.safeParse(input, OPERATION_TEXTS[name]?.example).error]).toEqual([name, undefined]);
  });

  it('says ranges, choices and units as the contract has them, and follows a change', () => {
    const rows = new Map<string, FieldRow>(
      documentedOperations(OPERATIONS).flatMap(({ operation, input, output }) =>
        [...fieldRows(output), ...fieldRows(input)].map((row) => [`${operation.name} ${row.path}`, row] as const),
      ),
    );
    const said = (key: string) => [
      rows.get(key)?.type,
      rows
        .get(key)
        ?.rules.map(([, en]) => en)
        .join('; '),
    ];
    expect(said('create-task inputs')).toEqual(['object[]', '≤ 20 items']);
    expect(said('create-task inputs[].sizeBytes')).toEqual(['integer', '1–26,214,400; bytes']);
    expect(said('create-task inputs[].contentType')).toEqual(['string', 'image/jpeg | image/png | image/webp']);
    expect(said('list-tasks limit')).toEqual(['string', '1–100']);
    expect(said('get-task taskId')).toEqual(['string', 'tsk_ + ULID']);
    expect(said('get-task pollAfterMs')).toEqual(['integer', 'milliseconds']);
    expect(rows.get('get-task pollAfterMs')?.required).toBe(false);
    expect(said('list-features features[].form[].type')[1]).toContain('image | images | text');
    expect(html).toContain('1–26,214,400');
    const limited = changed('cancel-task', { rateLimit: { limit: 7, windowSeconds: 11 } });
    expect(renderReference(limited)).toContain('7 calls in 11 s');
    expect(html).not.toContain('7 calls in 11 s');
  });

  it('names every refusal of theirs and of tasks, in both languages', () => {
    for (const { refusals } of documentedOperations(OPERATIONS))
      for (const [, code] of refusals) expect(html).toContain(`id="error-${code}"`);
    expect(html).toContain('GARMENT_NOT_FOUND');
    const texts = [...html.matchAll(/data-en="([^"]*)">([^<]*)</g)];
    expect(texts.length).toBeGreaterThan(300);
    for (const [, en, zh] of texts) {
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(zh).not.toBe('');
    }
  });
});
