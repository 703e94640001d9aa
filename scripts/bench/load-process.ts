/**
 * Keep-alive HTTP load from a process of its own, over bare sockets: a Node HTTP client would use as much CPU as the
 * servers that are measured. Told what to send by messages; answers each with what it saw.
 */
import { connect } from 'node:net';
import type { LoadReport, LoadRequest } from './http-load.ts';
import { percentile } from './ratios.ts';

interface Tally {
  latenciesMs: number[];
  refused: string | null;
}

let sequence = 0;

process.channel?.ref(); // waiting for the next slice is its work

process.on('message', (request: LoadRequest) => {
  run(request).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});

async function run(request: LoadRequest): Promise<LoadReport> {
  const tally: Tally = { latenciesMs: [], refused: null };
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const endMs = startMs + request.durationMs;
  await Promise.all(Array.from({ length: request.connections }, () => keepSending(request, endMs, tally)));
  const { user, system } = process.cpuUsage(startCpu);
  const sorted = Float64Array.from(tally.latenciesMs).sort();
  return {
    operations: sorted.length,
    wallMs: performance.now() - startMs,
    clientCpuMs: (user + system) / 1000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    refused: tally.refused,
  };
}

/** One connection: a request, its whole answer, the next request. */
function keepSending(request: LoadRequest, endMs: number, tally: Tally): Promise<void> {
  const { port, heads, body, status } = request;
  const tail = `\r\n\r\n${body}`;
  const statusLine = `HTTP/1.1 ${status} `;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    let sentAtMs = 0;
    const send = (): void => {
      const head = heads[Math.floor(Math.random() * heads.length)];
      sentAtMs = performance.now();
      socket.write(`${head}\r\nIdempotency-Key: ${request.keyPrefix}${(sequence++).toString(36)}${tail}`);
    };
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < headEnd + 4 + length) return;
      if (!received.startsWith(statusLine)) tally.refused ??= received.slice(0, 2000);
      received = '';
      const nowMs = performance.now();
      tally.latenciesMs.push(nowMs - sentAtMs);
      if (nowMs < endMs && tally.refused === null) return send();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve();
    });
  });
}
