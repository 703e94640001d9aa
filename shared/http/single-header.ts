import { ApiError } from './api-error.ts';
import type { HttpRequest } from './scf-event.ts';

/**
 * A header that means something only once (Authorization, signatures, Idempotency-Key).
 * @throws ApiError BAD_REQUEST when it came more than once
 */
export function singleHeader(request: HttpRequest, name: string): string | undefined {
  if (!request.repeatedHeaders.has(name)) return request.headers[name];
  throw new ApiError('BAD_REQUEST', {
    fields: [
      {
        path: `header.${name}`,
        rule: 'single',
        zh: `请求头 ${name} 只能出现一次`,
        en: `header ${name} must come once`,
      },
    ],
  });
}
