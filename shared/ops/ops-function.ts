import * as z from 'zod/mini';
import { type AccessTokens, accessTokensOf } from '../auth/access-token.ts';
import { BASE_CONFIG, type ConfigSchema } from '../config/read-config.ts';
import { type SecretSource, secretsOf } from '../config/secret-source.ts';
import type { Operation } from '../contract/operation.ts';
import { type Database, databaseOf } from '../db/database.ts';
import { databaseLimiter } from '../db/database-limiter.ts';
import { type Handler, type HttpContext, httpFunction } from '../http/http-function.ts';
import { maskWords } from './mask-details.ts';
import { noteRead } from './note-read.ts';
import type { OperatorWrite } from './operator-write.ts';
import { operatorFor, type SignedInOperator } from './signed-in-operator.ts';

interface OpsServices {
  readonly db: Database;
  readonly tokens: AccessTokens;
}

export interface OpsFunction<
  I extends z.ZodMiniType,
  O extends z.ZodMiniType,
  S extends ConfigSchema,
  Own extends object,
> {
  readonly operation: Operation<I, O>;
  /** Of a function that needs more than every one has. */
  readonly config?: S;
  /** Its services beside the database and the tokens. */
  readonly build?: (config: z.output<S>, secrets: SecretSource) => Own;
  /** Whose data an audited read shows. */
  readonly target?: (input: z.output<I>) => string;
  readonly run: (
    services: OpsServices & Own,
    input: z.output<I>,
    context: HttpContext & { readonly operator: SignedInOperator; readonly write: OperatorWrite },
  ) => Promise<z.input<O>>;
}

/**
 * The handler of one operation of the operators: the contract's rules decide who may call it, and a read that is to be audited has its
 * row before it answers. A write's row is written by its procedure, from `write`, in the transaction of what was done; whatever stands in it and
 * in the rows beside it as the reason has been masked here.
 */
export function opsFunction<
  I extends z.ZodMiniType,
  O extends z.ZodMiniType,
  S extends ConfigSchema = z.ZodMiniObject<typeof BASE_CONFIG>,
  Own extends object = object,
>({ operation, config, build, target, run }: OpsFunction<I, O, S, Own>): Handler {
  const rules = operation.operators;
  return httpFunction({
    operation,
    // Without a schema of its own, S is the base's.
    config: config ?? (z.object(BASE_CONFIG) as unknown as S),
    build: (values: z.output<S>) => {
      const secrets = secretsOf(values);
      const own = build?.(values, secrets) ?? ({} as Own);
      return { db: databaseOf(values, secrets), tokens: accessTokensOf(values, secrets), ...own };
    },
    caller: operatorFor(rules),
    ...(operation.rateLimit && { limiter: ({ db }: OpsServices) => databaseLimiter(db) }),
    run: async (services, operator, input, context) => {
      const { idempotencyKey, requestHash, requestId, nowMs } = context;
      const write = { operatorId: operator.id, action: operation.name, idempotencyKey, requestHash, requestId, nowMs };
      if (rules?.audited && operation.method === 'GET')
        await noteRead(services.db, write, target?.(input) ?? '', input);
      return run(services, maskWords(input), { ...context, operator, write });
    },
  });
}
