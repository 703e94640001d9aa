import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pixels } from '../decode-photo.ts';
import { MediaRefusal } from '../media-refusal.ts';
import type { ModelSetting } from '../onnx/model-setting.ts';
import type { CutoutReply, CutoutRequest } from './cutout-messages.ts';

/** Upright sRGB with straight (not premultiplied) alpha, 4 bytes a pixel. */
export interface CutoutPixels {
  width: number;
  height: number;
  rgba: Buffer;
  seeds: string;
  score: number;
  /** The child's highest resident memory so far. */
  maxRssMb: number;
}

/** Our failure, not the photo's: the child crashed, could not start, or took too long. The next call starts a new one. */
export class CutoutFailure extends Error {
  override readonly name = 'CutoutFailure';
  readonly reason: 'crashed' | 'timeout' | 'failed' | 'closed';

  constructor(reason: CutoutFailure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface CutoutOptions {
  readonly timeoutMs?: number;
  /** What the merchant drew, as the text of contract/marks.ts. */
  readonly marks?: string | undefined;
}

export interface CutoutProcess {
  /** Throws MediaRefusal GARMENT_NOT_FOUND, or CutoutFailure. Calls are served one at a time, in order. */
  cutOut(pixels: Pixels, options?: CutoutOptions): Promise<CutoutPixels>;
  /** Ends the child; waits for its end. */
  close(): Promise<void>;
  /** The running child's id, if any. */
  readonly pid: number | undefined;
}

/** 12 MP take 3 s on an idle core; a fourfold slower, shared core and a cold start are allowed for. */
const DEFAULT_TIMEOUT_MS = 60_000;
const STDERR_KEPT = 2000;

/**
 * The cut-out in a process of its own: its parts install process-wide handlers, block for seconds and hold wasm memory.
 * `entry` is the child's bundle, `resourcesFolder` holds the files of CUTOUT_RESOURCES (default: beside the entry). `model`: the operator's own,
 * which finds the garment in place of the embedded parts.
 * The child starts with the first call, stays warm, ends with its parent, and is killed when a call takes too long.
 */
export function createCutoutProcess(where: {
  entry: string;
  resourcesFolder?: string;
  model?: ModelSetting;
}): CutoutProcess {
  const args = [where.resourcesFolder ?? dirname(where.entry), ...(where.model ? [JSON.stringify(where.model)] : [])];
  let child: Child | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  let nextId = 1;

  const cutOne = async (
    pixels: Pixels,
    { timeoutMs = DEFAULT_TIMEOUT_MS, marks }: CutoutOptions,
  ): Promise<CutoutPixels> => {
    if (closed) throw new CutoutFailure('closed', 'the cut-out process is closed');
    const folder = await mkdtemp(join(tmpdir(), 'cutout-'));
    try {
      const { width, height } = pixels;
      const files = { rgbFile: join(folder, 'rgb'), rgbaFile: join(folder, 'rgba') };
      const request = { id: nextId++, ...files, width, height, ...(marks !== undefined && { marks }) };
      await writeFile(request.rgbFile, pixels.rgb);
      if (!child || !isRunning(child)) child = start(where.entry, args);
      const reply = await ask(child, request, timeoutMs);
      if (reply.kind === 'none') throw new MediaRefusal('GARMENT_NOT_FOUND', 'no cut found a garment');
      if (reply.kind === 'failed') throw new CutoutFailure('failed', reply.message);
      const { seeds, score, maxRssMb } = reply;
      return { width, height, rgba: await readFile(request.rgbaFile), seeds, score, maxRssMb };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    cutOut(pixels, options = {}) {
      const turn = queue.then(() => cutOne(pixels, options));
      queue = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      closed = true;
      if (child) await kill(child);
    },
    get pid() {
      return child && isRunning(child) ? child.process.pid : undefined;
    },
  };
}

interface Child {
  process: ChildProcess;
  /** The end of what the child wrote to its standard error, for the log. */
  lastWords(): string;
}

const isRunning = ({ process: child }: Child): boolean =>
  child.exitCode === null && child.signalCode === null && child.connected;

/** Unreferenced, so that an idle child does not keep its parent alive; the IPC channel's end is the child's end. */
function start(entry: string, args: readonly string[]): Child {
  const child = fork(entry, args, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-STDERR_KEPT);
  });
  child.on('error', () => undefined); // also ends in 'exit', or in the call's time limit
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref(); // a pipe's stream is a Socket
  return { process: child, lastWords: () => words };
}

async function kill({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.ref(); // its end is waited for
  child.kill('SIGKILL');
  await ended;
}

/** Sends one request and waits for its reply, the child's end, or the time limit, which kills the child. */
function ask(child: Child, request: CutoutRequest, timeoutMs: number): Promise<CutoutReply> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      child.process.off('message', onMessage);
      child.process.off('exit', onExit);
      end();
    };
    const onMessage = (reply: CutoutReply): void => {
      if (reply.id === request.id) settle(() => resolve(reply));
    };
    const onExit = (code: number | null, signal: string | null): void => {
      settle(() => reject(new CutoutFailure('crashed', `ended with ${signal ?? code}: ${child.lastWords()}`)));
    };
    const timer = setTimeout(() => {
      settle(() => undefined);
      void kill(child).then(() => reject(new CutoutFailure('timeout', `the cut-out took over ${timeoutMs} ms`)));
    }, timeoutMs);
    child.process.on('message', onMessage);
    child.process.on('exit', onExit);
    child.process.send(request, (error) => {
      if (error) settle(() => reject(new CutoutFailure('crashed', `could not be asked: ${error.message}`)));
    });
  });
}
