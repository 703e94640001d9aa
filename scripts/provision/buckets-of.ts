import type { Buckets } from '../../infra/provision/bucket-parts.ts';

/** Groups whom alarms tell, as the operator names them. */
export const noticesOf = (env: Readonly<Record<string, string | undefined>>): string[] =>
  (env['ALARM_NOTICES'] ?? '').split(',').filter(Boolean);

/** The buckets that the operator names. */
export const bucketsOf = (env: Readonly<Record<string, string | undefined>>): Buckets => ({
  uploads: env['COS_BUCKET'] ?? '',
  web: env['WEB_BUCKET'] || null,
  code: env['CODE_BUCKET'] || null,
  webOrigins: (env['WEB_ORIGINS'] ?? '').split(',').filter(Boolean),
});
