import type * as z from 'zod/mini';
import { type Clock, systemClock } from '../clock.ts';
import { type FunctionParts, functionServices } from '../config/function-services.ts';
import type { ConfigSchema } from '../config/read-config.ts';
import { beginInvocation, type Invocation } from '../logging/invocation.ts';
import type { LogFields, WriteLine } from '../logging/logger.ts';

export interface TimerContext extends Invocation {
  /** CustomArgument of the trigger, '' when it has none. */
  readonly message: string;
}

export interface TimerFunction<S extends ConfigSchema, Services> extends FunctionParts<S, Services> {
  readonly name: string;
  /** What it answers is logged (counts, not rows). */
  readonly run: (services: Services, context: TimerContext) => Promise<LogFields>;
}

export interface TimerSurroundings<S extends ConfigSchema> {
  readonly clock?: Clock;
  readonly write?: WriteLine;
  readonly readEnvironment?: (schema: S) => z.output<S>;
}

export interface TimerResult {
  readonly ok: boolean;
}

/**
 * The handler of a timer: event `{Type:'Timer', TriggerName, Time, Message}`
 * (https://cloud.tencent.com/document/product/583/9708). Never throws: the next tick is the retry, while the platform's
 * own retry a minute later would run beside it.
 */
export function timerFunction<S extends ConfigSchema, Services>(
  declared: TimerFunction<S, Services>,
  surroundings: TimerSurroundings<S> = {},
): (event: unknown, scfContext?: unknown) => Promise<TimerResult> {
  const parts = functionServices(declared, surroundings.readEnvironment);
  return async function handleTimer(event, scfContext) {
    const invocation = beginInvocation(scfContext, {
      functionName: declared.name,
      clock: surroundings.clock ?? systemClock,
      write: surroundings.write,
    });
    const { log, clock, nowMs } = invocation;
    try {
      const services = await parts.services();
      const done = await declared.run(services, { ...invocation, message: messageOf(event) });
      log('timer_done', { ...done, ms: clock() - nowMs });
      return { ok: true };
    } catch (error) {
      log('timer_failed', { error, ms: clock() - nowMs });
      return { ok: false };
    }
  };
}

function messageOf(event: unknown): string {
  const message = typeof event === 'object' && event !== null && 'Message' in event ? event.Message : undefined;
  return typeof message === 'string' ? message : '';
}
