export interface ModelStep {
  readonly units: number;
  readonly limitSeconds: number;
  readonly attempts: number;
  /** Credits that go back for a unit that fails alone; without it, the task fails with the unit. */
  readonly share?: number;
}

export interface ModelFeature {
  readonly id: string;
  readonly credits: number;
  readonly access: string;
  readonly open: boolean;
  readonly maxPhotos: number;
  readonly steps: readonly ModelStep[];
}

export interface ModelUnit {
  readonly step: number;
  readonly unit: number;
  readonly maxAttempts: number;
  readonly limitSeconds: number;
  state: 'waiting' | 'leased' | 'done' | 'failed' | 'dropped';
  attempts: number;
  lease: string | undefined;
  leaseEndsAtMs: number;
  nextAtMs: number;
}

export interface ModelTask {
  readonly id: string;
  readonly merchant: string;
  readonly credits: number;
  readonly feature: ModelFeature;
  readonly key: string;
  readonly hash: string;
  readonly photos: { etag: string | undefined }[];
  readonly units: ModelUnit[];
  readonly retryOf: string | null;
  state: 'awaiting_upload' | 'queued' | 'processing' | 'succeeded' | 'failed' | 'canceled' | 'expired';
  error: string | null;
  step: number;
  deadlineAtMs: number;
  endedAtMs: number;
  outputs: number;
  /** Of a success with outputs missing. */
  refunded: number;
}
