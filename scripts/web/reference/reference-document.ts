import type { ApiKeyScope, Operation, RateLimit } from '../../../shared/contract/operation.ts';
import type { JsonSchema } from '../../contract/json-schema.ts';
import { openApiDocument } from '../../contract/openapi-document.ts';

type Content = { readonly 'application/json': { readonly schema: JsonSchema } };

interface Described {
  readonly summary: string;
  readonly parameters?: readonly ({ readonly name?: string; readonly required?: boolean } & JsonSchema)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly 'x-api-key-scope'?: ApiKeyScope;
  readonly 'x-rate-limit'?: RateLimit;
}

/** An operation as the OpenAPI document has it. */
export interface Documented {
  readonly operation: Operation;
  readonly summary: string;
  readonly scope: ApiKeyScope;
  readonly rateLimit: RateLimit | undefined;
  /** Query of a GET, body of a POST. */
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly status: number;
  /** Status and code of each refusal. */
  readonly refusals: readonly (readonly [status: number, code: string])[];
}

/** Whatever an API key may call, read out of the OpenAPI document of these operations. */
export function documentedOperations(operations: readonly Operation[]): Documented[] {
  const { paths } = openApiDocument(operations, '') as { paths: Record<string, Record<string, Described>> };
  return operations.flatMap((operation) => {
    const described = paths[operation.path]?.[operation.method.toLowerCase()];
    const scope = described?.['x-api-key-scope'];
    return described && scope ? [documented(operation, described, scope)] : [];
  });
}

function documented(operation: Operation, described: Described, scope: ApiKeyScope): Documented {
  const answers = Object.entries(described.responses).map(([status, answer]) => ({
    status: Number(status),
    ...answer,
  }));
  const success = answers.find(({ status, content }) => status < 300 && content);
  const envelope = success?.content?.['application/json'].schema['properties'] as { data: JsonSchema };
  return {
    ...{ operation, summary: described.summary, scope, rateLimit: described['x-rate-limit'] },
    ...{ input: inputOf(described), output: envelope.data, status: success?.status ?? 200 },
    refusals: answers
      .filter(({ status }) => status >= 400)
      .flatMap(({ status, content }) => codesOf(content).map((code) => [status, code] as const)),
  };
}

function inputOf({ parameters = [], requestBody }: Described): JsonSchema {
  if (requestBody) return requestBody.content['application/json'].schema;
  const named = parameters.filter(({ name }) => name !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(named.map(({ name, ...parameter }) => [name as string, parameter['schema']])),
    required: named.filter(({ required }) => required).map(({ name }) => name),
  };
}

function codesOf(content: Content | undefined): string[] {
  const { allOf = [] } = (content?.['application/json'].schema ?? {}) as {
    allOf?: readonly { properties?: { error: { properties: { code: { enum: string[] } } } } }[];
  };
  return allOf.flatMap(({ properties }) => properties?.error.properties.code.enum ?? []);
}
