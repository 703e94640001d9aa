import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A deployed function's `main`. */
export type FunctionMain = (event: unknown, context?: unknown) => Promise<unknown>;

interface IntegratedReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

/**
 * The shortest honest way from HTTP to functions: a request becomes the Function URL event that SCF would hand over, an
 * instance serves one event at a time, its integrated reply becomes the answer. Without what isolates instances in the
 * local cloud: events are handed over as objects, and all instances share this process.
 * @param functions by path, the instances of each
 */
export function inProcessGateway(functions: ReadonlyMap<string, readonly FunctionMain[]>): Server {
  const pools = new Map([...functions].map(([path, instances]) => [path, instancePool(instances)]));
  return createServer((request, response) => {
    const url = request.url ?? '/';
    const queryAt = url.indexOf('?');
    const path = queryAt < 0 ? url : url.slice(0, queryAt);
    const pool = pools.get(path);
    if (pool === undefined) {
      response.writeHead(404).end();
      return;
    }
    const run = (body: string): void => {
      const event = toEvent(request, path, queryAt < 0 ? '' : url.slice(queryAt + 1), body);
      pool(event).then(
        (reply) => writeReply(response, reply as IntegratedReply),
        () => response.writeHead(500).end(),
      );
    };
    if (request.method === 'GET') return run('');
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => run(body));
  });
}

function toEvent(request: IncomingMessage, path: string, query: string, body: string) {
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
    else if (value !== undefined) headers[name] = value.join(', ');
  }
  headers['x-scf-remote-addr'] = request.socket.remoteAddress ?? '';
  const queryString = query === '' ? {} : Object.fromEntries(new URLSearchParams(query));
  return { body, headers, httpMethod: request.method ?? 'GET', path, queryString };
}

function writeReply(response: ServerResponse, { statusCode, headers, body }: IntegratedReply): void {
  response.writeHead(statusCode, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** One event at a time for each instance, the one that was used last first, as SCF reuses warm instances. */
function instancePool(instances: readonly FunctionMain[]): (event: unknown) => Promise<unknown> {
  const idle = [...instances];
  const waiting: ((main: FunctionMain) => void)[] = [];
  const run = async (main: FunctionMain, event: unknown): Promise<unknown> => {
    try {
      // The platform names each request.
      return await main(event, { request_id: randomUUID() });
    } finally {
      const next = waiting.shift();
      if (next) next(main);
      else idle.push(main);
    }
  };
  return (event) => {
    const main = idle.pop();
    if (main) return run(main, event);
    return new Promise<FunctionMain>((resolve) => waiting.push(resolve)).then((free) => run(free, event));
  };
}
