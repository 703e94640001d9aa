import type { InstanceEvent, InstanceInit } from './instance-messages.ts';

export type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

/**
 * Calls a handler as SCF does: its promise's value is the reply, at once; or, of one that takes a callback, what it
 * hands over, as soon as the event loop is empty unless `context.callbackWaitsForEmptyEventLoop` was set to false.
 */
export function callHandler(handler: Handler, init: InstanceInit, event: InstanceEvent): Promise<unknown> {
  const resources = activeResources();
  return new Promise((resolve, reject) => {
    const context = createContext(init, event.requestId, (error, result) => done(error, result));
    const done: Callback = (error, result) => {
      const settle = () => (error ? reject(error) : resolve(result));
      if (context.callbackWaitsForEmptyEventLoop) whenLoopIsEmpty(resources, settle);
      else settle();
    };
    const returned = handler(JSON.parse(event.eventText), context, done);
    if (isThenable(returned)) returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

/** The context object as recorded: cloud.tencent.com/document/product/583/11060. */
function createContext(init: InstanceInit, requestId: string, done: Callback) {
  const deadlineMs = performance.now() + init.timeoutSeconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadlineMs - performance.now())),
    memory_limit_in_mb: init.memoryMb,
    time_limit_in_ms: init.timeoutSeconds * 1000,
    request_id: requestId,
    environment: JSON.stringify({ SCF_NAMESPACE: init.namespace }),
    environ: `SCF_NAMESPACE=${init.namespace};SCF_NAMESPACE=${init.namespace}`,
    function_version: '$LATEST',
    function_name: init.functionName,
    namespace: init.namespace,
    tencentcloud_region: init.region,
    tencentcloud_appid: process.env['TENCENTCLOUD_APPID'] ?? '',
    tencentcloud_uin: process.env['TENCENTCLOUD_UIN'] ?? '',
    done,
    succeed: (result: unknown) => done(null, result),
    fail: (error: unknown) => done(error ?? new Error('failed')),
  };
}

const activeResources = (): number => process.getActiveResourcesInfo().length;

function whenLoopIsEmpty(before: number, settle: () => void): void {
  const look = (): void => {
    // The timer that looks is still in the list while it runs.
    if (activeResources() - 1 <= before) settle();
    else setTimeout(look, 5);
  };
  setTimeout(look, 0);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
