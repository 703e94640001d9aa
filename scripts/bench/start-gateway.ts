import { fileURLToPath } from 'node:url';
import { type Forked, forkJavaScript, forkTypeScript } from './fork-process.ts';

export interface ServedFunction {
  readonly path: string;
  /** The built function's `index.js`. */
  readonly file: string;
  readonly instances: number;
}

/** Something that answers HTTP on a port of this machine. */
export interface HttpServer {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const EXPRESS_PEER = beside('./peers/express-peer.cjs');

export function startGateway(functions: readonly ServedFunction[], env: Record<string, string>): Promise<HttpServer> {
  return listening(forkTypeScript(beside('./gateway-process.ts'), { ...env, GATEWAY: JSON.stringify(functions) }));
}

export function startExpressPeer(env: Record<string, string>): Promise<HttpServer> {
  return listening(forkJavaScript(EXPRESS_PEER, env));
}

export async function listening(process: Forked): Promise<HttpServer> {
  const { port } = (await process.nextMessage()) as { port: number };
  return { port, pid: process.pid, stop: process.stop };
}
