import { ERRORS, type ErrorCode } from '../../shared/contract/errors.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { type JsonSchema, jsonSchema } from './json-schema.ts';
import { operationErrors } from './operation-errors.ts';

const REF = {
  error: { $ref: '#/components/schemas/Error' },
  requestId: { $ref: '#/components/schemas/RequestId' },
  idempotencyKey: { $ref: '#/components/parameters/IdempotencyKey' },
} as const;

const RATE_HEADERS = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};
const RETRY_AFTER = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } };

/** The OpenAPI 3.1 document of these operations; the same operations give the same document, key for key. */
export function openApiDocument(operations: readonly Operation[], version: string): JsonSchema {
  return {
    openapi: '3.1.1',
    info: {
      title: '衣影 Yiying',
      version,
      description:
        'Photographs of garments in, pictures that sell out. GET reads, POST writes; ids travel in the query or the body. ' +
        'Every JSON reply is an envelope; unknown fields of a request are refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'https://{domain}', variables: { domain: { default: 'api.example.com' } } }],
    paths: Object.fromEntries(
      operations.map((operation) => [operation.path, { [operation.method.toLowerCase()]: describe(operation) }]),
    ),
    components: COMPONENTS,
  };
}

const rateHeaders = ({ rateLimit }: Operation) => (rateLimit === undefined ? {} : RATE_HEADERS);

/** An empty one among several: without any, too. */
function securityOf({ caller, apiKey }: Operation): JsonSchema[] {
  const inPerson = caller === 'merchant' || caller === 'operator' || apiKey !== undefined ? [{ accessToken: [] }] : [];
  const byKey = apiKey === undefined ? [] : [{ apiKey: [] }];
  return [...(caller === 'anyone' && apiKey !== undefined ? [{}] : []), ...inPerson, ...byKey];
}

function describe(operation: Operation): JsonSchema {
  const parameters = [
    ...(operation.method === 'GET' ? queryParameters(operation) : []),
    ...(operation.idempotencyKey === 'required' ? [REF.idempotencyKey] : []),
  ];
  return {
    operationId: operation.name,
    summary: operation.summary,
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(operation.method === 'POST' && { requestBody: requestBody(operation) }),
    responses: { ...success(operation), ...failures(operation) },
    ...(operation.apiKey && { 'x-api-key-scope': operation.apiKey }),
    ...(operation.viewAs && { 'x-view-as': true }),
    'x-max-body-bytes': operation.maxBodyBytes,
    ...(operation.rateLimit && { 'x-rate-limit': operation.rateLimit }),
  };
}

function queryParameters(operation: Operation): JsonSchema[] {
  const { properties = {}, required = [] } = jsonSchema(operation.input, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** A raw operation's body belongs to another protocol and is verified byte for byte, so only its kind is described. */
function requestBody(operation: Operation): JsonSchema {
  const schema = operation.reply === 'raw' ? { type: 'object' } : jsonSchema(operation.input, 'input');
  return { required: true, content: { 'application/json': { schema } } };
}

function success(operation: Operation): JsonSchema {
  if (operation.reply === 'raw') {
    return { 200: { description: "Acknowledged as the caller's own protocol prescribes; no envelope." } };
  }
  const schema = {
    type: 'object',
    properties: { success: { const: true }, data: jsonSchema(operation.output, 'output'), requestId: REF.requestId },
    required: ['success', 'data', 'requestId'],
  };
  const isGet = operation.method === 'GET';
  const headers = { ...rateHeaders(operation), ...(isGet && { ETag: { $ref: '#/components/headers/ETag' } }) };
  return {
    [operation.status]: { description: 'Done.', headers, content: { 'application/json': { schema } } },
    ...(isGet && { 304: { description: 'Unchanged since the ETag that If-None-Match names.' } }),
  };
}

/** One response a status, with the codes that the operation answers under it. */
function failures(operation: Operation): JsonSchema {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of operationErrors(operation)) {
    const [status] = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, failure(operation, status, codes)]));
}

function failure(operation: Operation, status: number, codes: readonly ErrorCode[]): JsonSchema {
  const description = codes.map((code) => `${code}: ${ERRORS[code][3]}.`).join(' ');
  if (operation.reply === 'raw') return { description };
  const code = { properties: { error: { properties: { code: { enum: codes } } } } };
  return {
    description,
    ...((status === 429 || status === 503) && {
      headers: { ...(status === 429 && rateHeaders(operation)), ...RETRY_AFTER },
    }),
    content: { 'application/json': { schema: { allOf: [REF.error, code] } } },
  };
}

const text = { type: 'string' } as const;
const header = (description: string, example: string): JsonSchema => ({ description, schema: text, example });

const COMPONENTS: JsonSchema = {
  securitySchemes: {
    accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From login; lives 15 minutes.' },
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'yk_…',
      description: 'From create-api-key; for operations whose x-api-key-scope is among its scopes.',
    },
  },
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description: 'Same key and same body: same answer. Same key and another body: 422.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,64}$' },
    },
  },
  headers: {
    RateLimit: header('Calls left now (r) and seconds until the bucket is full again (t).', '"default";r=119;t=1'),
    RateLimitPolicy: header('The limit (q) in a window of so many seconds (w).', '"default";q=120;w=60'),
    ETag: header('Of the data; send it back as If-None-Match.', 'W/"cJv0-Xk2pQ7wM4aZ1bN8sT"'),
    RetryAfter: { description: 'Seconds to wait before the same call can succeed.', schema: { type: 'integer' } },
  },
  schemas: {
    RequestId: { type: 'string', description: 'Names this call in the logs.' },
    FieldProblem: {
      type: 'object',
      properties: {
        path: { type: 'string', examples: ['inputs.0.sizeBytes'] },
        rule: { type: 'string', examples: ['max:26214400'] },
        message: { type: 'string', description: 'In the same language as the error.' },
      },
      required: ['path', 'rule', 'message'],
    },
    Error: {
      type: 'object',
      properties: {
        success: { const: false },
        error: {
          type: 'object',
          properties: {
            code: { type: 'string', enum: Object.keys(ERRORS) },
            number: { type: 'integer', description: 'The number that older clients know the error by.' },
            message: { type: 'string', description: 'In the language of Accept-Language, Chinese by default.' },
            fields: { type: 'array', items: { $ref: '#/components/schemas/FieldProblem' } },
          },
          required: ['code', 'number', 'message'],
        },
        requestId: REF.requestId,
      },
      required: ['success', 'error', 'requestId'],
    },
  },
};
