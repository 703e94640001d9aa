import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { forkJavaScript } from './fork-process.ts';
import { watchPeak } from './process-memory.ts';

export interface ProcessorAsked {
  readonly mediaFolder: string;
  readonly processor: string;
  readonly inputs: readonly { readonly name: string; readonly file: string }[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly limitMs: number;
  /** A folder for the outputs; without it they are dropped. */
  readonly keepIn?: string;
}

export interface ProcessorDone {
  /** The outputs' names. */
  readonly files: readonly string[];
  /** From the inputs' files to the outputs' bytes. */
  readonly tookMs: number;
}

export interface MeasuredProcessor {
  readonly run: (asked: Omit<ProcessorAsked, 'mediaFolder' | 'limitMs'>) => Promise<ProcessorDone>;
  /** Highest resident memory of the process and of its children so far, added up, MiB. */
  readonly peakMib: () => number;
  readonly stop: () => Promise<void>;
}

const LIMIT_MS = 240_000;

/** Bundles the processors' process into a folder that `buildMedia` has filled. */
export async function buildProcessorProcess(mediaFolder: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('processor-process.ts', import.meta.url))],
    outfile: join(mediaFolder, 'processor-process.cjs'),
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', minify: true, external: ['sharp'] },
    logLevel: 'silent',
  });
}

/** A fresh process with the one heap that serverless.yml gives image work. */
export function startProcessor(mediaFolder: string): MeasuredProcessor {
  const env = { MALLOC_ARENA_MAX: '1', NODE_PATH: join(REPOSITORY_ROOT, 'node_modules') };
  const child = forkJavaScript(join(mediaFolder, 'processor-process.cjs'), env);
  const peak = watchPeak(child.pid);
  return {
    run: async (asked) => {
      child.send({ ...asked, mediaFolder, limitMs: LIMIT_MS } satisfies ProcessorAsked);
      const done = (await child.nextMessage()) as ProcessorDone; // our own process's only message
      peak.look();
      return done;
    },
    peakMib: peak.mib,
    stop: async () => {
      peak.stop();
      await child.stop();
    },
  };
}
