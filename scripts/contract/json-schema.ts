import * as z from 'zod/v4/core';

export type JsonSchema = { readonly [key: string]: unknown };

/**
 * The schema as OpenAPI 3.1 wants it (its dialect is JSON Schema 2020-12). `input`: what a caller may send, so a field with
 * a default is optional; `output`: what an answer holds, open to fields that come later. zod's bounds of "any safe integer"
 * say nothing and are left out.
 */
export function jsonSchema(schema: z.$ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return withoutNoise(rest, io) as JsonSchema;
}

function withoutNoise(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNoise(item, io));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) =>
      !(key === '$id' || key === '~standard') &&
      !(key === 'additionalProperties' && item === false && io === 'output') &&
      !(key === 'minimum' && item === Number.MIN_SAFE_INTEGER) &&
      !(key === 'maximum' && item === Number.MAX_SAFE_INTEGER) &&
      !(key === 'propertyNames' && JSON.stringify(item) === '{"type":"string"}'),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNoise(item, io)]));
}
