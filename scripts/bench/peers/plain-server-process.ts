/** POST with a JSON body, answered with JSON, by node:http alone or by Fastify. Environment: KIND. Sends { port }. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

const tellPort = (port: number): void => void process.send?.({ port });

function startRaw(): void {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { n } = JSON.parse(body) as { n: number };
      const text = JSON.stringify({ ok: true, n });
      const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) };
      response.writeHead(200, headers).end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => tellPort((server.address() as AddressInfo).port));
}

async function startFastify(): Promise<void> {
  const app = fastify();
  const body = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const reply = { type: 'object', properties: { ok: { type: 'boolean' }, n: { type: 'integer' } } };
  app.post<{ Body: { n: number } }>('/', { schema: { body, response: { 200: reply } } }, async (request) => ({
    ok: true,
    n: request.body.n,
  }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  tellPort((app.server.address() as AddressInfo).port);
}

if (process.env['KIND'] === 'fastify') void startFastify();
else startRaw();
