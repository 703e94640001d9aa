import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service of Tencent Cloud whose answers a test decides: it checks no signature, which the local one does. */
export interface TencentService {
  readonly url: string;
  /** What it answers next, under `Response`. */
  response: unknown;
  /** What it was asked: action, version and region, the service that it was signed for, and its payload. */
  asked: { readonly call: readonly unknown[]; readonly scope: string | undefined; readonly payload: unknown }[];
  readonly close: () => Promise<unknown>;
}

export async function startTencentService(): Promise<TencentService> {
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = ['x-tc-action', 'x-tc-version', 'x-tc-region'].map((name) => request.headers[name]);
    const scope = /Credential=\w+\/[\d-]+\/(\w+\/\w+),/.exec(request.headers['authorization'] ?? '')?.[1];
    service.asked.push({ call, scope, payload: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
    reply.end(JSON.stringify({ Response: service.response }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: TencentService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    response: undefined,
    asked: [],
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return service;
}
