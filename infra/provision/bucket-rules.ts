import * as z from 'zod/mini';
import { ARCHIVE_DAYS, RETENTION_CONFIG, type Retention } from '../../shared/cos/retention.ts';
import type { Service } from '../serverless/service.ts';

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly expirationDays: number;
  readonly abortIncompleteDays?: number;
}

/** The days that the functions are deployed with: the bucket's rules and what the API says are one setting. */
export const retentionOf = ({ functions }: Pick<Service, 'functions'>): Retention =>
  z.object(RETENTION_CONFIG).parse(functions.find(({ environment }) => 'INPUT_DAYS' in environment)?.environment ?? {});

/** How long objects live, by prefix: what SECURITY.md promises. The local cloud has the same rules. */
export const uploadsLifecycle = ({ INPUT_DAYS, RESULT_DAYS }: Retention): LifecycleRule[] => [
  { id: 'inputs', enabled: true, prefix: 'inputs/', expirationDays: INPUT_DAYS, abortIncompleteDays: 1 },
  { id: 'work', enabled: true, prefix: 'work/', expirationDays: 1 },
  { id: 'vendor', enabled: true, prefix: 'vendor/', expirationDays: 1 },
  { id: 'outputs', enabled: true, prefix: 'outputs/', expirationDays: RESULT_DAYS },
  { id: 'archives', enabled: true, prefix: 'archives/', expirationDays: ARCHIVE_DAYS, abortIncompleteDays: 1 },
];

/** Browsers PUT photos straight into the bucket. */
export const uploadsCors = (allowedOrigins: readonly string[]) => ({
  allowedOrigins,
  allowedMethods: ['PUT', 'GET', 'HEAD'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag'],
  maxAgeSeconds: 600,
});

/** Both, for whoever plays the bucket. */
export const uploadsRules = (service: Pick<Service, 'functions'>, allowedOrigins: readonly string[]) => ({
  cors: [uploadsCors(allowedOrigins)],
  lifecycle: uploadsLifecycle(retentionOf(service)),
});
