/** A picture is an object of our bucket, by the part that it plays. `etag`: what a merchant uploaded, and may overwrite still. */
export interface EnginePicture {
  readonly name: string;
  readonly key: string;
  readonly etag?: string;
  readonly sizeBytes?: number;
}

/** One attempt of a unit, as an engine is given it. */
export interface EngineWork {
  /** Ours, made for this attempt alone; it names the vendor's output too. */
  readonly attemptId: string;
  readonly taskId: string;
  readonly processor: string;
  readonly pictures: readonly EnginePicture[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/** Where a finished result is: in our bucket already, or at a URL of the vendor's that will expire. */
export type ResultPlace = { readonly key: string } | { readonly url: string };

export type JobState =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly result: ResultPlace }
  | { readonly state: 'failed'; readonly failure: EngineFailure };

/** Whoever does a unit's work elsewhere. Calls throw EngineFailure. */
export interface Engine {
  readonly name: string;
  /** @returns the vendor's own id of the job; of one that answers at once, where its result is. At most 2048 characters of ASCII. */
  readonly submit: (work: EngineWork) => Promise<string>;
  readonly poll: (jobId: string, nowMs: number) => Promise<JobState>;
  /** Absent where the vendor documents none: the job is let end, and what it brings is not fetched. */
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
