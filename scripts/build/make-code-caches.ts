import { Worker } from 'node:worker_threads';
import { CODE_CACHE_WORKER } from './function-loader.ts';

/** A bundle that cannot even be loaded: it would fail at its first cold start. */
export class BundleUnloadable extends Error {
  override readonly name = 'BundleUnloadable';
}

type Answer = { name: string; data?: Uint8Array; problem?: string; done?: true };

/**
 * V8's code cache of each bundle, made by this Node after running the bundle's top level once, in a thread without
 * environment, so that nothing a bundle starts outlives the build. @throws BundleUnloadable
 */
export function makeCodeCaches(bundles: readonly { name: string; file: string }[]): Promise<Map<string, Uint8Array>> {
  const caches = new Map<string, Uint8Array>();
  const problems: string[] = [];
  const worker = new Worker(CODE_CACHE_WORKER, {
    eval: true,
    workerData: bundles,
    env: {},
    execArgv: [],
    stdout: true,
  });
  return new Promise((resolve, reject) => {
    worker.on('message', ({ name, data, problem, done }: Answer) => {
      if (data) caches.set(name, data);
      if (problem) problems.push(`${name}: ${problem}`);
      if (done) void worker.terminate();
    });
    worker.on('error', (error) => problems.push(String(error.stack ?? error)));
    worker.on('exit', () => {
      if (problems.length === 0 && caches.size < bundles.length)
        problems.push('a bundle ended the process while loading');
      if (problems.length > 0) reject(new BundleUnloadable(problems.join('\n')));
      else resolve(caches);
    });
  });
}
