import { fileURLToPath } from 'node:url';
import { forkTypeScript } from './fork-process.ts';
import type { Sample } from './ratios.ts';

/** What every request of a slice has; each gets an idempotency key of its own, and one of `heads` at random. */
export interface LoadRequest {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** Request line and headers, without the last line's end: one for each merchant. */
  readonly heads: readonly string[];
  readonly body: string;
  readonly keyPrefix: string;
  /** The status of every answer; any other ends the run. */
  readonly status: number;
}

export interface LoadReport {
  readonly operations: number;
  readonly wallMs: number;
  readonly clientCpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The first answer with another status. */
  readonly refused: string | null;
}

export interface HttpLoad {
  /** @throws when an answer has another status, or a connection breaks */
  readonly run: (request: LoadRequest) => Promise<LoadReport>;
  readonly stop: () => Promise<void>;
}

export async function startHttpLoad(): Promise<HttpLoad> {
  const child = forkTypeScript(fileURLToPath(new URL('./load-process.ts', import.meta.url)));
  return {
    run: async (request) => {
      child.send(request);
      const report = (await child.nextMessage()) as LoadReport | { problem: string };
      if ('problem' in report) throw new Error(`load: ${report.problem}`);
      if (report.refused !== null) throw new Error(`load: an answer was not ${request.status}: ${report.refused}`);
      return report;
    },
    stop: child.stop,
  };
}

/** A slice of load, with the CPU that the server, its database and the load itself took meanwhile. */
export async function loadSlice(
  load: HttpLoad,
  request: LoadRequest,
  cpu: { readonly serverMs: () => number; readonly databaseMs: () => number },
): Promise<Sample> {
  const [server, database] = [cpu.serverMs(), cpu.databaseMs()];
  const { operations, wallMs, clientCpuMs, p50Ms, p99Ms } = await load.run(request);
  const databaseCpuMs = cpu.databaseMs() - database;
  const cpuMs = cpu.serverMs() - server + databaseCpuMs;
  return { operations, wallMs, cpuMs, databaseCpuMs, clientCpuMs, p50Ms, p99Ms };
}

/** The head of one merchant's request: bearer token, JSON body. */
export function requestHead(method: 'GET' | 'POST', path: string, token: string, body: string): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${token}`];
  if (method === 'POST') lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return lines.join('\r\n');
}
