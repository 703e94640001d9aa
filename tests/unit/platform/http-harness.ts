import * as z from 'zod/mini';
import { BASE_CONFIG, readConfig } from '../../../shared/config/read-config.ts';
import { type Operation, operation } from '../../../shared/contract/operation.ts';
import { type HttpFunction, httpFunction } from '../../../shared/http/http-function.ts';
import type { HttpReply } from '../../../shared/http/scf-event.ts';
import apiGateway from './fixtures/api-gateway.json' with { type: 'json' };
import functionUrl from './fixtures/function-url.json' with { type: 'json' };

export interface Sent {
  readonly method?: string;
  readonly query?: Record<string, unknown>;
  readonly headers?: Record<string, unknown>;
  readonly body?: string | null;
  readonly base64?: boolean;
}

/** The recorded events, each made to carry another request. */
export const EVENT_FORMS: Record<string, (sent: Sent) => unknown> = {
  'Function URL': (sent) => ({
    ...functionUrl,
    httpMethod: sent.method ?? 'POST',
    queryString: sent.query ?? {},
    headers: { ...lowerCased({ ...functionUrl.headers, ...sent.headers }) },
    body: sent.body ?? '',
    ...(sent.base64 && { isBase64Encoded: true }),
  }),
  'API Gateway': (sent) => ({
    ...apiGateway,
    requestContext: { ...apiGateway.requestContext, httpMethod: sent.method ?? 'POST' },
    httpMethod: sent.method ?? 'POST',
    queryString: sent.query ?? {},
    headers: { ...apiGateway.headers, 'accept-Language': 'zh-CN', ...titled(sent.headers ?? {}) },
    body: sent.body ?? '',
    isBase64Encoded: sent.base64 === true,
  }),
};

function lowerCased(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** API Gateway lowers the first letter only (`content-Type`), as its recorded event shows. */
function titled(headers: Record<string, unknown>): Record<string, unknown> {
  const title = (name: string) =>
    name.replace(/[A-Za-z]+/g, (word, at: number) =>
      at === 0 ? word.toLowerCase() : word[0]?.toUpperCase() + word.slice(1),
    );
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [title(name), value]));
}

export const Input = z.strictObject({
  title: z.string().check(z.minLength(2), z.maxLength(10)),
  count: z.optional(z.int().check(z.minimum(1), z.maximum(3))),
  photos: z.optional(z.array(z.strictObject({ type: z.enum(['image/jpeg', 'image/png']) }))),
});
export const Output = z.strictObject({ seen: z.unknown() });

export const createThing = operation({
  name: 'create-thing',
  method: 'POST',
  summary: 'A thing',
  caller: 'anyone',
  input: Input,
  output: Output,
  status: 201,
  maxBodyBytes: 1000,
  rateLimit: undefined,
});

export const NOW_MS = Date.parse('2026-11-24T08:00:00Z');
const Config = z.object(BASE_CONFIG);
export const ENVIRONMENT = {
  STAGE: 'test',
  REGION: 'ap-guangzhou',
  WEB_ORIGINS: 'https://app.example',
  CHECK_REPLIES: '1',
};

export type Overrides<I extends z.ZodMiniType, O extends z.ZodMiniType, Services> = Partial<
  Omit<HttpFunction<typeof Config, Services, { id: string } | null, I, O>, 'operation' | 'config'>
> & { readonly environment?: Record<string, string> };

export interface Answer {
  readonly status: number;
  readonly headers: HttpReply['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
  readonly json: any;
  readonly body: string;
}

/** A function under test behind one of the two event forms; `lines` are its log. */
export function serve<I extends z.ZodMiniType, O extends z.ZodMiniType, Services = string>(
  form: string,
  declared: Operation<I, O>,
  overrides: Overrides<I, O, Services> = {},
) {
  const lines: Record<string, unknown>[] = [];
  const { environment = ENVIRONMENT, ...parts } = overrides;
  const handler = httpFunction<typeof Config, Services, { id: string } | null, I, O>(
    {
      operation: declared,
      config: Config,
      build: () => 'services' as Services,
      caller: () => null,
      run: async (_services, _caller, input) => ({ seen: input }) as z.input<O>,
      ...parts,
    },
    {
      clock: () => NOW_MS,
      write: (line) => void lines.push(JSON.parse(line)),
      readEnvironment: (schema) => readConfig(schema, environment),
    },
  );
  const send = async (sent: Sent): Promise<Answer> => {
    const event: unknown = JSON.parse(JSON.stringify(EVENT_FORMS[form]?.(sent)));
    const reply = await handler(event, { request_id: 'scf-request-1' });
    const json: unknown = reply.body.startsWith('{') ? JSON.parse(reply.body) : undefined;
    return { status: reply.statusCode, headers: reply.headers, json, body: reply.body };
  };
  const post = (body: unknown, headers: Record<string, unknown> = {}) => send({ body: JSON.stringify(body), headers });
  return { send, post, lines, handler };
}
