import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** One field of a request or an answer, as the official SDK's type file and its comment tell. */
export interface ModelField {
  readonly name: string;
  readonly required: boolean;
  /** `string`, `number`, `boolean`, `any`, or another model's name. */
  readonly type: string;
  readonly isArray: boolean;
  /** The only values, where the comment lists them. */
  readonly values: readonly string[] | null;
}

/** Models by name; null for one without fields. */
export type Models = ReadonlyMap<string, readonly ModelField[] | null>;

const require = createRequire(import.meta.url);
const known = new Map<string, Models>();

/** `scf`, `v20180416`: what the installed SDK says of a service. Read once a process. */
export function readSdkModels(service: string, version: string): Models {
  const path = `tencentcloud-sdk-nodejs/tencentcloud/services/${service}/${version}/${service}_models.d.ts`;
  const found = known.get(path);
  if (found) return found;
  const models = parseModels(readFileSync(require.resolve(path), 'utf8'));
  known.set(path, models);
  return models;
}

const MODEL = /^export (?:interface (\w+) \{\n([\s\S]*?)^\}|(?:declare )?type (\w+) = null;)/gm;
const FIELD = /(?:\/\*\*([\s\S]*?)\*\/\s*)?^ {4}(\w+)(\??): (.+);$/gm;

/** @throws when the file's form is not the known one: a check that finds no fields would let everything pass */
export function parseModels(text: string): Models {
  const models = new Map<string, readonly ModelField[] | null>();
  for (const [, name, body = '', empty] of text.matchAll(MODEL)) {
    if (name === undefined) models.set(empty as string, null);
    else
      models.set(
        name,
        [...body.matchAll(FIELD)].map(([, comment = '', ...rest]) => toField(comment, rest)),
      );
  }
  if (models.size === 0) throw new Error('no models were found in the SDK: has the form of its type files changed?');
  return models;
}

function toField(comment: string, [name = '', optional, type = '']: (string | undefined)[]): ModelField {
  const array = /^Array<(.+)>$/.exec(type);
  return {
    name,
    required: optional === '',
    type: (array?.[1] ?? type).replace('number | bigint', 'number'),
    isArray: array !== null,
    values: type === 'string' ? valuesIn(comment) : null,
  };
}

/** The ways in which the comments list a field's values. What is no plain list of words is left alone. */
function valuesIn(comment: string): string[] | null {
  const text = comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ');
  const list =
    /取值\[([^\]]+)\]/.exec(text)?.[1] ??
    /取值范围\s*[：:]\s*([A-Z&]+(?:\s*[,，、]\s*[A-Z&]+)+)/.exec(text)?.[1] ??
    /取值(?:为)?\s*([A-Za-z]+\s*或者?\s*[A-Za-z]+)/.exec(text)?.[1] ??
    /可选值(?:为)?\s*([A-Z]+\s*和\s*[A-Z]+)/.exec(text)?.[1];
  if (list === undefined) return null;
  const values = list.split(/\s*(?:[,，、]|或者?|和)\s*/).map((value) => value.replaceAll(/['"‘’\s]/g, ''));
  return values.length > 1 && values.every((value) => /^[A-Za-z&]+$/.test(value)) ? values : null;
}
