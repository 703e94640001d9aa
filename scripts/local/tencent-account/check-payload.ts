import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import type { ModelField, Models } from './read-sdk-models.ts';

type Payload = Readonly<Record<string, unknown>>;

/**
 * Refuses what the API refuses before it looks at anything: an unknown field, a missing one, another type, a value that
 * is not one of those listed. @throws ApiRefusal
 */
export function checkPayload(models: Models, model: string, payload: Payload, at = ''): void {
  if (!models.has(model)) throw new Error(`the SDK has no model ${model}`);
  const fields = models.get(model) ?? [];
  for (const name of Object.keys(payload)) {
    if (!fields.some((field) => field.name === name)) {
      throw new ApiRefusal('UnknownParameter', `The parameter \`${at}${name}\` is not recognized.`);
    }
  }
  for (const field of fields) {
    const value = payload[field.name];
    if (value === undefined || value === null) {
      if (field.required) throw new ApiRefusal('MissingParameter', `The parameter \`${at}${field.name}\` is missing.`);
    } else if (field.isArray) {
      if (!Array.isArray(value)) throw wrongType(`${at}${field.name}`, 'an array');
      for (const [index, item] of value.entries()) checkValue(models, field, item, `${at}${field.name}.${index}`);
    } else {
      checkValue(models, field, value, `${at}${field.name}`);
    }
  }
}

function checkValue(models: Models, field: ModelField, value: unknown, at: string): void {
  const { type, values } = field;
  if (type === 'any') return;
  if (type === 'string' || type === 'number' || type === 'boolean') {
    if (typeof value !== type) throw wrongType(at, `a ${type}`);
    if (values && !values.includes(value as string)) {
      throw new ApiRefusal('InvalidParameterValue', `The value of \`${at}\` is none of ${values.join(', ')}.`);
    }
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(at, `an object (${type})`);
  checkPayload(models, type, value as Payload, `${at}.`);
}

const wrongType = (at: string, wanted: string): ApiRefusal =>
  new ApiRefusal('InvalidParameter', `The parameter \`${at}\` must be ${wanted}.`);
