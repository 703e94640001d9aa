import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedNotice {
  readonly headers: Record<string, string | string[] | undefined>;
  readonly rawBody: Buffer;
}

/** Listens where notices are sent to, keeps them raw, and answers with what `answer` says: a status, or a body with it. */
export async function startNoticeReceiver(
  answer: (count: number) => number | Promise<number> = () => 200,
  reply: () => string = () => '',
) {
  const received: ReceivedNotice[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({ headers: request.headers, rawBody: Buffer.concat(chunks) });
    response.writeHead(await answer(received.length)).end(reply());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/pay-callback-wechat`,
    received,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
