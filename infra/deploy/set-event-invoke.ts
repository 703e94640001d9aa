import type { DesiredFunction } from './desired-function.ts';
import type { ScfCall } from './scf-call.ts';

/** How often and how long the platform repeats an event that the function failed on. */
export async function setEventInvoke(call: ScfCall, { name, namespace, asyncInvoke }: DesiredFunction): Promise<void> {
  if (asyncInvoke === null) return;
  const place = { FunctionName: name, Namespace: namespace };
  const { retries, maxAgeSeconds } = asyncInvoke;
  const { AsyncTriggerConfig } = await call('GetFunctionEventInvokeConfig', place);
  const isSame =
    AsyncTriggerConfig?.MsgTTL === maxAgeSeconds && AsyncTriggerConfig.RetryConfig[0]?.RetryNum === retries;
  if (isSame) return;
  await call('UpdateFunctionEventInvokeConfig', {
    ...place,
    AsyncTriggerConfig: { RetryConfig: [{ RetryNum: retries }], MsgTTL: maxAgeSeconds },
  });
}
