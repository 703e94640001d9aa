/** How long objects live, by prefix: what SECURITY.md promises. The local cloud has the same rules. */
export const UPLOADS_LIFECYCLE = [
  { id: 'inputs', enabled: true, prefix: 'inputs/', expirationDays: 7, abortIncompleteDays: 1 },
  { id: 'work', enabled: true, prefix: 'work/', expirationDays: 1 },
  { id: 'vendor', enabled: true, prefix: 'vendor/', expirationDays: 1 },
  { id: 'outputs', enabled: true, prefix: 'outputs/', expirationDays: 180 },
] as const;

/** Browsers PUT photos straight into the bucket. */
export const uploadsCors = (allowedOrigins: readonly string[]) => ({
  allowedOrigins,
  allowedMethods: ['PUT', 'GET', 'HEAD'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag'],
  maxAgeSeconds: 600,
});
