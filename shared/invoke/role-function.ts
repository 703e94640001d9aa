import * as z from 'zod/mini';
import { type Clock, systemClock } from '../clock.ts';
import { type FunctionParts, functionServices } from '../config/function-services.ts';
import type { ConfigSchema } from '../config/read-config.ts';
import { beginInvocation, type Invocation } from '../logging/invocation.ts';
import type { WriteLine } from '../logging/logger.ts';

export interface RoleFunction<S extends ConfigSchema, Services, I extends z.ZodMiniType>
  extends FunctionParts<S, Services> {
  readonly name: string;
  readonly input: I;
  readonly run: (
    services: Services,
    input: z.output<I>,
    context: Invocation,
  ) => Promise<Readonly<Record<string, unknown>>>;
}

/** Replaced in tests only. */
export interface RoleSurroundings<S extends ConfigSchema> {
  readonly clock?: Clock;
  readonly write?: WriteLine;
  readonly readEnvironment?: (schema: S) => z.output<S>;
}

export type RoleResult =
  | { readonly ok: true; readonly result: Readonly<Record<string, unknown>>; readonly requestId: string }
  | { readonly ok: false; readonly problems: readonly string[]; readonly requestId: string };

/**
 * A function without any trigger: only whoever may call SCF's `Invoke` in this account reaches it
 * (https://cloud.tencent.com/document/product/583/17243), so its caller is the role. Bad input is answered by field and rule; a
 * failure is thrown, for a person is waiting and the platform shows it.
 */
export function roleFunction<S extends ConfigSchema, Services, I extends z.ZodMiniType>(
  declared: RoleFunction<S, Services, I>,
  surroundings: RoleSurroundings<S> = {},
): (event: unknown, scfContext?: unknown) => Promise<RoleResult> {
  const parts = functionServices(declared, surroundings.readEnvironment);
  return async function handleInvoke(event, scfContext) {
    const invocation = beginInvocation(scfContext, {
      functionName: declared.name,
      clock: surroundings.clock ?? systemClock,
      write: surroundings.write,
    });
    const { log, clock, nowMs, requestId } = invocation;
    const input = z.safeParse(declared.input, event);
    if (!input.success) {
      const problems = input.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
      log('event_refused', { problems });
      return { ok: false, problems, requestId };
    }
    try {
      const services = await parts.services();
      const result = await declared.run(services, input.data, invocation);
      log('event_done', { ms: clock() - nowMs });
      return { ok: true, result, requestId };
    } catch (error) {
      log('event_failed', { error, ms: clock() - nowMs });
      throw error;
    }
  };
}
