import type { JsonSchema } from '../../contract/json-schema.ts';
import type { Both } from './html.ts';

export interface FieldRow {
  /** As one reaches it in JSON: `inputs[].sizeBytes`. */
  readonly path: string;
  /** `integer`, `string[]`, `string | number`. */
  readonly type: string;
  readonly required: boolean;
  /** What a value must be: ranges, lengths, choices, its unit. */
  readonly rules: readonly Both[];
}

const ULID = /^\^([a-z]+_)\[0-9A-HJKMNP-TV-Z\]\{26\}\$$/;
/** Patterns that say a range or a kind, in words. */
const PATTERNS: Readonly<Record<string, Both>> = {
  '^([1-9]\\d?|100)$': ['1–100', '1–100'],
  '^\\d{1,14}$': ['1–14 位数字', '1–14 digits'],
  '^[1-9]\\d{0,18}$': ['上一页的 nextCursor', 'nextCursor of the page before'],
  '^\\d{1,19}(_-?\\d{1,15})?$': ['上一页的 nextCursor', 'nextCursor of the page before'],
  '^\\P{Cc}+$': ['不含控制字符', 'no control characters'],
  '^[^/\\\\\\p{Cc}]+$': ['不含 / \\ 和控制字符', 'no / \\ or control characters'],
};
const LONGEST_PATTERN = 60;

const UNITS: readonly (readonly [name: RegExp, unit: Both])[] = [
  [/(AtMs|UntilMs|^fromMs|^toMs)$/, ['Unix 毫秒时间戳', 'epoch milliseconds']],
  [/Ms$/, ['毫秒', 'milliseconds']],
  [/Bytes$/, ['字节', 'bytes']],
  [/^(width|height)$/, ['像素', 'pixels']],
  [/^percent$/, ['%', '%']],
  [/^(credits|refundedCredits|available|amount|remaining|balance)$/, ['额度', 'credits']],
];

/** Every field of a schema, each after the one that holds it. Variants of one place are told as one. */
export function fieldRows(schema: JsonSchema): FieldRow[] {
  return childrenOf([schema], '');
}

const expand = (schema: JsonSchema): JsonSchema[] => {
  const variants = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  return variants ? variants.flatMap(expand) : [schema];
};

function childrenOf(schemas: readonly JsonSchema[], path: string): FieldRow[] {
  const variants = schemas.flatMap(expand);
  const objects = variants.filter((one) => one['properties'] !== undefined);
  const names = [...new Set(objects.flatMap((one) => Object.keys(one['properties'] as object)))];
  const own = names.flatMap((name) => {
    const holders = objects.filter((one) => Object.hasOwn(one['properties'] as object, name));
    const required =
      holders.length === objects.length &&
      holders.every((one) => ((one['required'] ?? []) as readonly string[]).includes(name));
    const fields = holders.map((one) => (one['properties'] as Record<string, JsonSchema>)[name] as JsonSchema);
    const at = path === '' ? name : `${path}.${name}`;
    return [rowOf(fields.flatMap(expand), { at, name, required }), ...childrenOf(fields, at)];
  });
  const items = variants.flatMap((one) => (isSchema(one['items']) ? [one['items']] : []));
  return [...own, ...(items.length > 0 ? childrenOf(items, `${path}[]`) : [])];
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

function rowOf(
  variants: readonly JsonSchema[],
  { at, name, required }: { readonly at: string; readonly name: string; readonly required: boolean },
): FieldRow {
  const choices = variants.flatMap((one) => (one['const'] === undefined ? [] : [String(one['const'])]));
  const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1];
  const rules: Both[] = [
    ...(choices.length > 0 ? [same([...new Set(choices)].join(' | '))] : []),
    ...variants.flatMap(rulesOf),
    ...(unit ? [unit] : []),
  ];
  const unique = [...new Map(rules.map((rule) => [rule.join('\n'), rule])).values()];
  return { path: at, type: [...new Set(variants.map(typeOf))].join(' | '), required, rules: unique };
}

const same = (text: string): Both => [text, text];

function typeOf(schema: JsonSchema): string {
  const { type, items, additionalProperties, ['const']: constant } = schema;
  if (type === 'array') {
    const kinds = isSchema(items) ? [...new Set(expand(items).map(typeOf))].join(' | ') : 'any';
    return kinds.includes('|') ? `(${kinds})[]` : `${kinds}[]`;
  }
  if (isSchema(additionalProperties)) {
    return `{ [name]: ${[...new Set(expand(additionalProperties).map(typeOf))].join(' | ')} }`;
  }
  if (Array.isArray(type)) return type.join(' | ');
  return typeof type === 'string' ? type : typeof constant;
}

function rulesOf(schema: JsonSchema): Both[] {
  const { minItems, maxItems, items, additionalProperties } = schema;
  const counted = range(minItems, maxItems);
  const inner = [
    ...(isSchema(items) ? expand(items) : []),
    ...(isSchema(additionalProperties) ? expand(additionalProperties) : []),
  ].filter((one) => one['properties'] === undefined);
  return [
    ...(counted === null ? [] : ([[`${counted} 项`, `${counted} items`]] as Both[])),
    ...valueRules(schema),
    ...inner.flatMap(valueRules),
  ];
}

function valueRules(schema: JsonSchema): Both[] {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, pattern } = schema;
  const choices = schema['enum'] as readonly unknown[] | undefined;
  const length = range(minLength, maxLength);
  const size = range(minimum, maximum);
  return [
    ...(choices ? [same(choices.join(' | '))] : []),
    ...(size === null ? [] : [same(size)]),
    ...(exclusiveMinimum === undefined ? [] : [same(`> ${String(exclusiveMinimum)}`)]),
    ...(length === null ? [] : ([[`${length} 个字符`, `${length} characters`]] as Both[])),
    ...(typeof pattern === 'string' ? patternRule(pattern) : []),
  ];
}

function patternRule(pattern: string): Both[] {
  const id = ULID.exec(pattern)?.[1];
  if (id !== undefined) return [same(`${id} + ULID`)];
  const known = PATTERNS[pattern];
  if (known) return [known];
  return pattern.length <= LONGEST_PATTERN ? [same(pattern)] : [];
}

function range(least: unknown, most: unknown): string | null {
  const text = (value: unknown) => (typeof value === 'number' ? value.toLocaleString('en') : String(value));
  if (least === undefined && most === undefined) return null;
  if (most === undefined) return `≥ ${text(least)}`;
  return least === undefined ? `≤ ${text(most)}` : `${text(least)}–${text(most)}`;
}
