/** One attempt of a unit, as an engine is given it. Pictures are objects of our bucket, by the part that they play. */
export interface EngineWork {
  /** Ours, made for this attempt alone; it names the vendor's output too. */
  readonly attemptId: string;
  readonly taskId: string;
  readonly pictures: readonly { readonly name: string; readonly key: string }[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/** Where a finished result is: in our bucket already, or at a URL of the vendor's that will expire. */
export type ResultPlace = { readonly key: string } | { readonly url: string };

export type JobState =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly result: ResultPlace; readonly contentType: 'image/jpeg' | 'video/mp4' }
  | { readonly state: 'failed'; readonly failure: EngineFailure };

/** Whoever does a unit's work elsewhere and answers later. Calls throw EngineFailure. */
export interface Engine {
  readonly name: string;
  /** @returns the vendor's own id of the job */
  readonly submit: (work: EngineWork) => Promise<string>;
  readonly poll: (jobId: string, nowMs: number) => Promise<JobState>;
  /** Absent where the vendor documents none: the job is watched to its end, and what it brings is dropped. */
  readonly cancel?: (jobId: string, nowMs: number) => Promise<void>;
}

/** An attempt came to nothing. `retryable`: another one may do better. `code` is the vendor's. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  readonly code: string;
  readonly retryable: boolean;
  constructor(code: string, retryable: boolean, cause?: unknown) {
    super(code, { cause });
    this.code = code.replace(/[^\w.-]/g, '_').slice(0, 128);
    this.retryable = retryable;
  }
}
