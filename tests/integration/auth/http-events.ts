import { OPERATIONS } from '../../../shared/contract/operations.ts';

export interface RequestParts {
  /** The operation's own unless said. */
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`; bytes go as base64, as binary bodies do. */
  readonly rawBody?: string | Buffer;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly sourceIp?: string;
}

const methodOf = (name: string, request: RequestParts) =>
  request.method ?? OPERATIONS.find((one) => one.name === name)?.method ?? 'POST';

function bodyOf({ body, rawBody }: RequestParts): string {
  if (rawBody !== undefined) return typeof rawBody === 'string' ? rawBody : rawBody.toString('base64');
  return body === undefined ? '' : JSON.stringify(body);
}

/** As Function URL hands a request over (https://cloud.tencent.com/document/product/583/96099). */
export function functionUrlEvent(name: string, request: RequestParts): object {
  const body = bodyOf(request);
  return {
    body,
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(body)),
      ...(body !== '' && { 'content-type': 'application/json' }),
      'x-scf-remote-addr': request.sourceIp ?? '198.51.100.1',
      ...request.headers,
    },
    httpMethod: methodOf(name, request),
    path: `/v1/${name}`,
    queryString: request.query ?? {},
    ...(Buffer.isBuffer(request.rawBody) && { isBase64Encoded: true }),
  };
}

/** As API Gateway did (https://cloud.tencent.com/document/product/583/12513): other places, other spelling of names. */
export function apiGatewayEvent(name: string, request: RequestParts): object {
  const body = bodyOf(request);
  const httpMethod = methodOf(name, request);
  const headers = Object.entries(request.headers ?? {}).map(([key, value]) => [
    key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    value,
  ]);
  return {
    requestContext: {
      serviceId: 'service-f94sy04v',
      path: `/v1/${name}`,
      httpMethod,
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      identity: {},
      sourceIp: request.sourceIp ?? '198.51.100.1',
      stage: 'release',
    },
    headers: {
      'Accept-Language': 'zh-CN,zh,en',
      Accept: 'application/json',
      Host: 'service-3ei3tii4-251000691.ap-guangzhou.apigateway.myqloud.com',
      ...(body !== '' && { 'Content-Type': 'application/json' }),
      ...Object.fromEntries(headers),
    },
    body,
    pathParameters: {},
    queryStringParameters: {},
    headerParameters: {},
    stageVariables: { stage: 'release' },
    path: `/v1/${name}`,
    queryString: request.query ?? {},
    httpMethod,
    isBase64Encoded: Buffer.isBuffer(request.rawBody),
  };
}
