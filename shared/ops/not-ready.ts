import { ApiError, type FieldProblem } from '../http/api-error.ts';
import type { Readiness } from './check-readiness.ts';

const RETRY_AFTER_SECONDS = 5;

const PARTS = [
  ['secrets', '无法读取密钥', 'the secrets manager does not answer, or a secret is not valid'],
  ['database', '数据库不可用', 'the database does not answer'],
  ['schema', '数据库结构未更新到当前版本', 'a migration of this release is not applied'],
  ['objects', '对象存储不可用', 'the bucket does not answer, or refuses our signature'],
  ['clock', '时钟偏差超过 30 秒', 'the clock is off by more than 30 s'],
] as const;

/** 503 with each part that is not as it should be. */
export function notReady(seen: Readiness): ApiError {
  const fields = PARTS.flatMap(([path, zh, en]): FieldProblem[] =>
    seen[path] ? [] : [{ path, rule: 'ready', zh, en }],
  );
  return new ApiError('UNAVAILABLE', { fields, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
