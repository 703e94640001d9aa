import fs from 'node:fs';

type Stream = 'stdout' | 'stderr';

/**
 * Sends what the instance prints along with its messages, in order. A thread's own stdout would wait for its event loop,
 * which stands still while frozen; and `fs.writeSync(1)` would reach the owner's terminal.
 */
export function captureOutput(write: (stream: Stream, text: string) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const send = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
      write(stream, textOf(chunk));
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') process.nextTick(callback);
      return true;
    };
    process[stream].write = send;
  }
  const writeSync = fs.writeSync as (...args: unknown[]) => number;
  const captured = (descriptor: unknown, data: unknown, ...rest: unknown[]): number => {
    if (descriptor !== 1 && descriptor !== 2) return writeSync(descriptor, data, ...rest);
    const text = textOf(data);
    write(descriptor === 1 ? 'stdout' : 'stderr', text);
    return Buffer.byteLength(text);
  };
  fs.writeSync = captured;
}

function textOf(chunk: unknown): string {
  return ArrayBuffer.isView(chunk)
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8')
    : String(chunk);
}
