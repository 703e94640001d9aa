import * as z from 'zod/mini';
import { credentialsOf } from '../config/credentials.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { CosCredentials } from './sign-url.ts';

/** The keys of a function that signs or makes requests to COS. */
export const COS_CONFIG = {
  /** `{name}-{appId}` */
  COS_BUCKET: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,48}-\d{6,12}$/)),
  /** Only where COS is not Tencent's own (the local cloud): `http://127.0.0.1:PORT`. */
  COS_ENDPOINT: z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/))),
} as const;

/** Where a bucket is, and how requests to it are signed. `credentials` is asked at every use: a role's keys expire. */
export interface Bucket {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials: () => CosCredentials;
}

export function bucketOf(
  config: Pick<BaseConfig, 'REGION'> & { COS_BUCKET: string; COS_ENDPOINT?: string | undefined },
): Bucket {
  return {
    bucket: config.COS_BUCKET,
    region: config.REGION,
    ...(config.COS_ENDPOINT !== undefined && { endpoint: config.COS_ENDPOINT }),
    credentials: () => credentialsOf(),
  };
}
