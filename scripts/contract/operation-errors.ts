import type { ErrorCode } from '../../shared/contract/errors.ts';
import type { Operation } from '../../shared/contract/operation.ts';

type Answering = Pick<
  Operation,
  'method' | 'caller' | 'apiKey' | 'viewAs' | 'idempotencyKey' | 'reply' | 'rateLimit' | 'errors' | 'operators'
>;

/** What any operation may answer before or around its own work. */
const ALWAYS = ['BAD_REQUEST', 'METHOD_NOT_ALLOWED', 'BODY_TOO_LARGE', 'INTERNAL', 'UNAVAILABLE'] as const;
const OF_JSON_INPUT = ['VALIDATION_FAILED'] as const;
const OF_A_BODY = ['UNSUPPORTED_MEDIA_TYPE'] as const;
const OF_A_MERCHANT = ['NOT_SIGNED_IN', 'TOKEN_EXPIRED', 'API_KEY_SCOPE'] as const;
const OF_A_VIEW = ['VIEW_ENDED'] as const;
const OF_NO_VIEW = ['VIEW_ONLY', 'VIEW_ENDED'] as const;
const OF_AN_API_KEY = [
  ...[
    'API_KEY_REFUSED',
    'API_KEY_EXPIRED',
    'API_KEY_ADDRESS',
    'API_KEY_SCOPE',
    'NOT_SIGNED_IN',
    'TOKEN_EXPIRED',
    'ACCOUNT_SUSPENDED',
  ],
] as const;
const OF_AN_OPERATOR = ['NOT_AN_OPERATOR'] as const;
const OF_A_SECOND_FACTOR = ['STEP_UP_REQUIRED'] as const;
const OF_A_LIMIT = ['RATE_LIMITED'] as const;
const OF_A_KEY = ['IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_CONFLICT'] as const;

/** Every code that the operation may answer: its own and those of its kind, each once. */
export function operationErrors(operation: Answering): ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...ALWAYS,
      ...(operation.reply === 'json' ? OF_JSON_INPUT : []),
      ...(operation.method === 'POST' ? OF_A_BODY : []),
      ...(operation.caller === 'merchant' || operation.caller === 'operator' ? OF_A_MERCHANT : []),
      ...(operation.viewAs ? OF_A_VIEW : []),
      ...(!operation.viewAs && (operation.caller === 'merchant' || operation.caller === 'operator') ? OF_NO_VIEW : []),
      ...(operation.apiKey === undefined ? [] : OF_AN_API_KEY),
      ...(operation.caller === 'operator' ? OF_AN_OPERATOR : []),
      ...(operation.operators?.stepUp ? OF_A_SECOND_FACTOR : []),
      ...(operation.rateLimit === undefined ? [] : OF_A_LIMIT),
      ...(operation.idempotencyKey === 'required' ? OF_A_KEY : []),
      ...operation.errors,
    ]),
  ];
}
