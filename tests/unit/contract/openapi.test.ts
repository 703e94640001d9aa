import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPENAPI_FILE, openApiText } from '../../../scripts/contract/build-openapi.ts';
import { openApiDocument } from '../../../scripts/contract/openapi-document.ts';
import { operationErrors } from '../../../scripts/contract/operation-errors.ts';
import { login } from '../../../shared/contract/auth.ts';
import { ERRORS } from '../../../shared/contract/errors.ts';
import { payCallbackWechat } from '../../../shared/contract/membership.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { createTask, getTask, listTasks } from '../../../shared/contract/tasks.ts';

interface Described {
  readonly security: readonly unknown[];
  readonly parameters?: readonly Record<string, unknown>[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Record<string, unknown> }> };
  readonly responses: Record<
    string,
    { description: string; headers?: object; content?: Record<string, { schema: unknown }> }
  >;
}

const document = openApiDocument(OPERATIONS, '0.0.0') as {
  openapi: string;
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
};
const described = (path: string): Described => Object.values(document.paths[path] ?? {})[0] as Described;

describe('docs/api/openapi.json', () => {
  it('is what the contract says now (npm run openapi)', () => {
    expect(readFileSync(OPENAPI_FILE, 'utf8')).toBe(openApiText());
  });

  it('would differ after any change of an operation', () => {
    const changed = OPERATIONS.map((operation) =>
      operation.name === 'login' ? { ...operation, summary: 'Other' } : operation,
    );
    expect(JSON.stringify(openApiDocument(changed, '0.0.0'))).not.toBe(JSON.stringify(document));
  });
});

describe('the document', () => {
  it('has each operation once, under its path and method', () => {
    expect(Object.keys(document.paths)).toEqual(OPERATIONS.map(({ path }) => path));
    for (const { path, method } of OPERATIONS)
      expect(Object.keys(document.paths[path] ?? {})).toEqual([method.toLowerCase()]);
  });

  it('refers to nothing that it does not hold', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(100);
    for (const reference of new Set(references)) {
      const parts = reference.slice('"$ref":"#/'.length, -1).split('/');
      const found = parts.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('holds no trace of the tool that made the schemas', () => {
    const text = JSON.stringify(document);
    for (const noise of ['$schema', '"$id"', '~standard', String(Number.MAX_SAFE_INTEGER)])
      expect(text).not.toContain(noise);
  });

  it('names every code of an operation under the status that the table gives it', () => {
    for (const operation of OPERATIONS) {
      for (const code of operationErrors(operation)) {
        expect(described(operation.path).responses[ERRORS[code][0]]?.description, operation.name).toContain(`${code}:`);
      }
    }
  });

  it('has a use for every code of the closed set', () => {
    const used = new Set(OPERATIONS.flatMap((operation) => operationErrors(operation)));
    expect(Object.keys(ERRORS).filter((code) => !used.has(code as keyof typeof ERRORS))).toEqual([]);
  });

  it('asks a token of merchants and operators only', () => {
    for (const { path, caller, apiKey } of OPERATIONS) {
      const isSomebody = caller === 'merchant' || caller === 'operator';
      expect(described(path).security).toHaveLength(apiKey ? (isSomebody ? 2 : 3) : isSomebody ? 1 : 0);
    }
    expect(described('/v1/list-features').security).toEqual([{}, { accessToken: [] }, { apiKey: [] }]);
  });

  it('asks for the key where the operation creates something', () => {
    const reference = { $ref: '#/components/parameters/IdempotencyKey' };
    for (const { path, idempotencyKey } of OPERATIONS) {
      expect(described(path).parameters?.some((one) => one['$ref'] === reference.$ref) ?? false).toBe(
        idempotencyKey === 'required',
      );
    }
    expect(described(createTask.path).parameters).toEqual([reference]);
  });

  it('puts the input of a GET into the query, required or not as the schema says', () => {
    expect(described(getTask.path).parameters).toMatchObject([{ name: 'taskId', in: 'query', required: true }]);
    expect(described(listTasks.path).parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['cursor', false],
      ['limit', false],
      ['state', false],
      ...['featureId', 'fromMs', 'toMs', 'search'].map((name) => [name, false]),
    ]);
  });

  it('lets a caller omit what has a default, and refuses unknown fields of a request, not of a reply', () => {
    const schema = described(login.path).requestBody?.content['application/json']?.schema;
    expect(schema).toMatchObject({ required: ['phone', 'code', 'consentVersion'], additionalProperties: false });
    expect(JSON.stringify(described(login.path).responses[200])).not.toContain('additionalProperties":false');
  });

  it('answers inside the envelope, but a callback as its own protocol wants', () => {
    expect(described(createTask.path).responses[201]?.content?.['application/json']?.schema).toMatchObject({
      required: ['success', 'data', 'requestId'],
    });
    for (const reply of Object.values(described(payCallbackWechat.path).responses))
      expect(reply.content).toBeUndefined();
  });

  it('shows the limit of calls where calls are counted, and when to come back', () => {
    for (const { path, status, rateLimit } of OPERATIONS) {
      const { responses } = described(path);
      if (responses[status]?.content)
        expect('RateLimit-Policy' in (responses[status]?.headers ?? {})).toBe(rateLimit !== undefined);
      if (responses[503]?.content) expect(responses[503].headers, path).toHaveProperty('Retry-After');
    }
    expect(described(createTask.path).responses[429]?.headers).toHaveProperty('Retry-After');
  });
});
