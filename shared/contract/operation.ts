import type * as z from 'zod/mini';
import type { ErrorCode } from './errors.ts';

/**
 * Who may call. `callback` is a payment provider: verified by signature, not by token. `operator` is a merchant whom the operators'
 * table names; its operations are served under `/ops`.
 */
export type CallerKind = 'anyone' | 'merchant' | 'operator' | 'callback';

/**
 * What a merchant's API key may be for. `create`: asking for work and taking it back; `read`: looking at work, results, credits and what
 * webhooks were told; `delete`: taking results out of the library and back into it.
 */
export const API_KEY_SCOPES = ['read', 'create', 'delete'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** What an operators' operation asks of its caller, and whether it is kept. */
export interface OperatorRules {
  /** The least role. `support` reads, and writes nothing but what lets it look. */
  readonly role: 'support' | 'operator';
  /** A code of the operator's authenticator must have been shown within 15 minutes. */
  readonly stepUp: boolean;
  /** Leaves a row in the audit log: every write does, and every read of what is somebody's. */
  readonly audited: boolean;
}

/** At most `limit` calls in `windowSeconds`, counted for each merchant (or address, where nobody is signed in). */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface Operation<Input extends z.ZodMiniType = z.ZodMiniType, Output extends z.ZodMiniType = z.ZodMiniType> {
  /** Verbs first. Names the function, its folder and its path. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly caller: CallerKind;
  /** Query of a GET, JSON body of a POST. Unknown fields are refused (strict objects). */
  readonly input: Input;
  readonly output: Output;
  readonly status: 200 | 201 | 202;
  /** Codes this operation answers beside those that every operation may answer. */
  readonly errors: readonly ErrorCode[];
  /** `required`: a POST that creates something; same key and body, same answer. */
  readonly idempotencyKey: 'required' | 'none';
  /** `raw`: the reply is not the envelope but what the caller's protocol prescribes (payment callbacks). */
  readonly reply: 'json' | 'raw';
  readonly maxBodyBytes: number;
  /** Counted in the database, so by every instance together. Reads have none: a counted read would cost a durable write. */
  readonly rateLimit: RateLimit | undefined;
  /** The reply carries tokens: the platform's log of return values must be off for this function. */
  readonly secretReply: boolean;
  /** An API key with this scope may call as its merchant; without one, no key may. */
  readonly apiKey: ApiKeyScope | undefined;
  /**
   * An operator who looks at the workspace as a merchant sees it may read this. Nothing that writes, nothing that shows a secret or where the
   * merchant signs in from.
   */
  readonly viewAs: boolean;
  /** Exactly where the caller is an operator. */
  readonly operators: OperatorRules | undefined;
}

const KIB = 1024;

type Declared<I extends z.ZodMiniType, O extends z.ZodMiniType> = Pick<
  Operation<I, O>,
  'name' | 'method' | 'summary' | 'caller' | 'input' | 'output'
> &
  Partial<Omit<Operation<I, O>, 'path' | 'operators'>> & { readonly operators?: Partial<OperatorRules> };

/**
 * An operation with the defaults filled in: 200, JSON, 64 KiB of body, 120 calls of a POST a minute; what a merchant reads, an operator
 * may look at. Of operators: GET is for both roles, POST for `operator` and audited; no second factor.
 */
export function operation<I extends z.ZodMiniType, O extends z.ZodMiniType>(declared: Declared<I, O>): Operation<I, O> {
  return {
    path: `/${declared.caller === 'operator' ? 'ops' : 'v1'}/${declared.name}`,
    status: 200,
    errors: [],
    idempotencyKey: 'none',
    reply: 'json',
    maxBodyBytes: 64 * KIB,
    rateLimit: declared.method === 'POST' ? { limit: 120, windowSeconds: 60 } : undefined,
    secretReply: false,
    apiKey: undefined,
    viewAs: declared.caller === 'merchant' && declared.method === 'GET',
    ...declared,
    operators:
      declared.caller === 'operator' ? { ...operatorRules(declared.method), ...declared.operators } : undefined,
  };
}

const operatorRules = (method: 'GET' | 'POST'): OperatorRules => ({
  role: method === 'GET' ? 'support' : 'operator',
  stepUp: false,
  audited: method === 'POST',
});
