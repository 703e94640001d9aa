/**
 * A network of about 1 ms between two unix sockets: what goes to the server passes at once, what comes back is held for
 * a millisecond (timers have no finer grain, and one on each way would make it two). Environment: FROM, TO. Sends { port: 0 }.
 */
import { connect, createServer } from 'node:net';

const delayMs = 1;
const { FROM: from, TO: to } = process.env;
if (!from || !to) throw new Error('FROM and TO: socket paths');

createServer((client) => {
  const upstream = connect(to);
  client.on('data', (chunk) => upstream.write(chunk));
  upstream.on('data', (chunk) => setTimeout(() => client.write(chunk), delayMs));
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('close', end).on('error', end);
}).listen(from, () => process.send?.({ port: 0 }));
