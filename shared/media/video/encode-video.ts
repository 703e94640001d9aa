import { fork } from 'node:child_process';
import type { FilmRequest } from './film-messages.ts';
import type { VideoRequest } from './video-messages.ts';

/** Our failure, not the pictures': the encoder crashed, could not start, or took too long. */
export class VideoFailure extends Error {
  override readonly name = 'VideoFailure';
}

const STDERR_KEPT = 2000;

/** Encodes in a process of its own, which ends with the work, with this process, or at the time limit. */
export function encodeVideo(entry: string, request: VideoRequest | FilmRequest, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-STDERR_KEPT);
    });
    let tooLong = false;
    const timer = setTimeout(() => {
      tooLong = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new VideoFailure('the encoder could not start', { cause: error }));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else if (tooLong) reject(new VideoFailure(`no video within ${timeoutMs} ms`));
      else reject(new VideoFailure(`the encoder ended with ${signal ?? code}: ${words}`));
    });
    child.send(request, (error) => {
      if (error) child.kill('SIGKILL');
    });
  });
}
