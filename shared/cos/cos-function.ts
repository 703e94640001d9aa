import type * as z from 'zod/mini';
import { type Clock, systemClock } from '../clock.ts';
import { type FunctionParts, functionServices } from '../config/function-services.ts';
import { ConfigInvalid, type ConfigSchema } from '../config/read-config.ts';
import { DatabaseUnavailable } from '../db/database-unavailable.ts';
import { beginInvocation, type Invocation } from '../logging/invocation.ts';
import type { WriteLine } from '../logging/logger.ts';
import { type ObjectEvent, ObjectEventMalformed, parseObjectEvent } from './object-event.ts';

export interface CosFunction<S extends ConfigSchema, Services> extends FunctionParts<S, Services> {
  readonly name: string;
  /** Once per record, one after the other. Must bear the same record twice, late, or out of order. */
  readonly run: (services: Services, event: ObjectEvent, context: Invocation) => Promise<void>;
}

export interface CosSurroundings<S extends ConfigSchema> {
  readonly clock?: Clock;
  readonly write?: WriteLine;
  readonly readEnvironment?: (schema: S) => z.output<S>;
}

export interface CosResult {
  readonly done: number;
  readonly failed: number;
}

/** Thrown to the platform, which delivers the whole event again (twice, a minute apart, by default). */
export class EventDeferred extends Error {
  override readonly name = 'EventDeferred';
  constructor(functionName: string, cause: unknown) {
    super(`${functionName}: deliver this event again`, { cause });
  }
}

/**
 * The handler of a COS trigger. Each record stands alone: one that fails is logged and the next is handled. It throws
 * only where delivering the event again would help whatever the record: the database was away, or the services could
 * not be built. Any other failure is left to `sweep-tasks`, since a retry would meet the lease of the failed run.
 */
export function cosFunction<S extends ConfigSchema, Services>(
  declared: CosFunction<S, Services>,
  surroundings: CosSurroundings<S> = {},
): (event: unknown, scfContext?: unknown) => Promise<CosResult> {
  const parts = functionServices(declared, surroundings.readEnvironment);
  return async function handleCosEvent(event, scfContext) {
    const invocation = beginInvocation(scfContext, {
      functionName: declared.name,
      clock: surroundings.clock ?? systemClock,
      write: surroundings.write,
    });
    const records = readRecords(event, invocation);
    if (records.length === 0) return { done: 0, failed: 0 };
    const services = await parts.services().catch((error: unknown) => {
      invocation.log(error instanceof ConfigInvalid ? 'config_invalid' : 'services_failed', { error });
      throw new EventDeferred(declared.name, error);
    });
    let done = 0;
    let away: DatabaseUnavailable | undefined;
    for (const record of records) {
      invocation.follow(null);
      try {
        await declared.run(services, record, invocation);
        done++;
        invocation.log('event_done', { key: record.key, ms: invocation.clock() - invocation.nowMs });
      } catch (error) {
        invocation.log('event_failed', { key: record.key, error });
        if (error instanceof DatabaseUnavailable) away = error;
      }
    }
    if (away !== undefined) throw new EventDeferred(declared.name, away);
    return { done, failed: records.length - done };
  };
}

/** An event that is none will be none next time: logged and dropped. The log names the bad field only, for the event carries the uploader's signature. */
function readRecords(event: unknown, { log }: Invocation): ObjectEvent[] {
  try {
    return parseObjectEvent(event);
  } catch (error) {
    log('event_refused', { field: error instanceof ObjectEventMalformed ? error.field : 'event', error });
    return [];
  }
}
