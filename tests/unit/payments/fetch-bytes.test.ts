import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBytes } from '../../../shared/payments/fetch-bytes.ts';

let server: Server;
let reply: (response: ServerResponse) => unknown;
let askedFor: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    askedFor.push(request.url);
    reply(response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetched = (limits = { timeoutMs: 5000, maxBytes: 10 }) => {
  askedFor = [];
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/bill`);
  return fetchBytes('a bill', url, { method: 'GET' }, limits);
};

describe('an answer of a channel', () => {
  it('is read whole, with its status and headers', async () => {
    reply = (response) => {
      response.writeHead(404, { 'X-One': 'two' }).write('01234');
      setTimeout(() => response.end('56789'), 20);
    };
    const { status, headers, bytes } = await fetched();
    expect([status, headers['x-one'], Buffer.from(bytes).toString()]).toEqual([404, 'two', '0123456789']);
  });

  it('may have no body at all', async () => {
    reply = (response) => response.writeHead(204).end();
    const { status, bytes } = await fetched();
    expect([status, bytes.length]).toEqual([204, 0]);
  });

  it('is not read to its end when it is longer than may be', async () => {
    reply = (response) => {
      response.write('01234');
      setTimeout(() => response.write('567890'), 20);
    };
    const why = { kind: 'unverified', code: 'too_large', message: 'a bill: unverified (too_large)' };
    await expect(fetched()).rejects.toMatchObject(why);
  });

  it('is waited for no longer than was said, also in the middle of it', async () => {
    for (const begin of [() => undefined, (response: ServerResponse) => response.write('0')]) {
      reply = begin;
      const late = fetched({ timeoutMs: 50, maxBytes: 10 });
      await expect(late).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'timeout',
        cause: { name: 'TimeoutError' },
      });
    }
  });

  it('from another address, or none, is no answer', async () => {
    for (const away of [
      (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
      (response: ServerResponse) => response.destroy(),
    ]) {
      reply = away;
      const message = 'a bill: unavailable (no_connection)';
      await expect(fetched()).rejects.toMatchObject({ kind: 'unavailable', code: 'no_connection', message });
      expect(askedFor).toEqual(['/bill']);
    }
  });
});
