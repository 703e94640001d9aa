import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { type Account, AnswerLost } from '../tencent-account/create-account.ts';
import type { EngineStandin } from '../tencent-engines/start-engine-standin.ts';
import { ApiRefusal } from './api-refusal.ts';
import { getSecretValue, type LocalSecrets } from './get-secret-value.ts';
import { LOCAL_OWNER } from './local-owner.ts';
import { type LocalSms, type ReceivedSms, sendSms } from './send-sms.ts';
import { type KnownCredentials, verifyTc3 } from './verify-tc3.ts';

export interface TencentApiOptions {
  readonly clock: Clock;
  readonly credentials: readonly KnownCredentials[];
  readonly secrets: LocalSecrets;
  readonly sms: LocalSms;
  /** Plays further services. */
  readonly account?: Account;
  /** Plays the engines. */
  readonly engines?: Pick<EngineStandin, 'services' | 'act'>;
  /** Plays aiart. */
  readonly aiart?: Pick<EngineStandin, 'services' | 'act'>;
  /** Plays moderation. */
  readonly moderation?: Pick<EngineStandin, 'services' | 'act'>;
  /** Plays the moderation of texts. */
  readonly texts?: Pick<EngineStandin, 'services' | 'act'>;
  /** Plays the moderation of films. */
  readonly films?: Pick<EngineStandin, 'services' | 'act'>;
  /** What the signer's policies allow; default: everything. */
  readonly mayDo?: (secretId: string, action: string, resource: string) => boolean;
}

export interface TencentApi {
  /** `http://127.0.0.1:PORT`: the `endpoint` of every service that is played here. */
  readonly url: string;
  /** Every SMS that was delivered, oldest first; the newest thousand. */
  readonly inbox: () => readonly ReceivedSms[];
  readonly close: () => Promise<void>;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INBOX_SIZE = 1000;

/** Plays Tencent's API 3.0 on loopback: the secrets manager and SMS, signatures verified, errors as Tencent words them. */
export async function startTencentApi(options: TencentApiOptions): Promise<TencentApi> {
  const inbox: ReceivedSms[] = [];
  const server = createServer((request, reply) => {
    void answer(request, options, inbox)
      .catch((error: unknown) => {
        if (error instanceof AnswerLost) return null;
        const { code, message } =
          error instanceof ApiRefusal ? error : { code: 'InternalError', message: String(error) };
        return { Error: { Code: code, Message: message } };
      })
      .then((response) => {
        if (response === null) return void request.socket.destroy();
        reply.writeHead(200, { 'Content-Type': 'application/json' });
        return reply.end(JSON.stringify({ Response: { ...response, RequestId: randomUUID() } }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    inbox: () => inbox,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Response = Readonly<Record<string, unknown>>;
type Action = (payload: Response, options: TencentApiOptions, inbox: ReceivedSms[]) => Response;

/** The official SDK names the service after the endpoint's first label, which is `127` on loopback: then the version tells. */
const SERVICES: Readonly<Record<string, string>> = { '2019-09-23': 'ssm', '2021-01-11': 'sms' };
const LOOPBACK_LABEL = '127';

const ACTIONS: Readonly<Record<string, Action>> = {
  '2019-09-23 GetSecretValue': (payload, { secrets }) => getSecretValue(payload, secrets),
  '2021-01-11 SendSms': (payload, { sms, clock }, inbox) => {
    const { response, received } = sendSms(payload, sms, clock());
    inbox.push(...received);
    inbox.splice(0, Math.max(0, inbox.length - INBOX_SIZE));
    return response;
  },
};

async function answer(request: IncomingMessage, options: TencentApiOptions, inbox: ReceivedSms[]): Promise<Response> {
  const body = await readBody(request);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  if (request.method !== 'POST') throw new ApiRefusal('UnsupportedProtocol', 'Only POST is played here.');
  const signed = { method: request.method, path, query, headers: request.headers, body };
  const { secretId, service } = verifyTc3(signed, options.credentials, options.clock());
  const version = String(request.headers['x-tc-version'] ?? '');
  const name = String(request.headers['x-tc-action'] ?? '');
  if (!request.headers['x-tc-region']) throw new ApiRefusal('MissingParameter', 'The parameter `Region` is missing.');
  const standins = [options.engines, options.aiart, options.moderation, options.texts, options.films].filter(
    (one) => one !== undefined,
  );
  const more = Object.assign({}, options.account?.services, ...standins.map(({ services }) => services)) as Record<
    string,
    string
  >;
  const played =
    (Object.hasOwn(SERVICES, version) ? SERVICES[version] : undefined) ??
    more[`${version} ${service}`] ??
    more[version];
  if (played === undefined || (service !== played && service !== LOOPBACK_LABEL)) {
    throw new ApiRefusal('NoSuchVersion', `The version ${version} of ${service} does not exist.`);
  }
  if (options.account && options.account.services[version] === played) {
    return options.account.act({ service: played, action: name, payload: parse(body) });
  }
  const standin = standins.find(({ services }) => Object.values(services).includes(played));
  if (standin) {
    if (options.mayDo?.(secretId, `${played}:${name}`, '*') === false) {
      throw new ApiRefusal('UnauthorizedOperation', `No policy allows ${played}:${name}.`);
    }
    return standin.act({ service: played, action: name, payload: parse(body) });
  }
  const action = Object.hasOwn(ACTIONS, `${version} ${name}`) ? ACTIONS[`${version} ${name}`] : undefined;
  if (action === undefined) throw new ApiRefusal('InvalidAction', `The action ${name} does not exist.`);
  const payload = parse(body);
  const resource = resourceOf(name, payload, String(request.headers['x-tc-region']));
  if (options.mayDo?.(secretId, `${played}:${name}`, resource) === false) {
    throw new ApiRefusal('UnauthorizedOperation', `No policy allows ${played}:${name} on ${resource}.`);
  }
  return action(payload, options, inbox);
}

/** What CAM is asked about; services that know no resource are asked about any. */
const resourceOf = (action: string, payload: Response, region: string): string =>
  action === 'GetSecretValue'
    ? `qcs::ssm:${region}:uin/${LOCAL_OWNER}:secret/creatorUin/${LOCAL_OWNER}/${String(payload['SecretName'])}`
    : '*';

function parse(body: Buffer): Response {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Response;
  } catch {
    // Answered below.
  }
  throw new ApiRefusal('InvalidParameter', 'The body is not a JSON object.');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw new ApiRefusal('RequestSizeLimitExceeded', 'The request is over 10 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
