import { randomUUID } from 'node:crypto';
import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import type { InvocationResult } from '../scf/scf.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { findFunction, type Payload, type ScfState, text } from './scf-state.ts';
import { liveSnapshot } from './serve-from-account.ts';

/** One run of a function, as its live version is deployed. */
export type InvokeDeployed = (name: string, event: unknown) => Promise<InvocationResult>;

/** `Invoke` of 2018-04-16, synchronous: what the function returns, or the platform's error in its place. */
export async function invokeFunction(state: ScfState, payload: Payload, run: InvokeDeployed): Promise<Payload> {
  const found = findFunction(state, payload);
  liveSnapshot(state, found, text(payload, 'Qualifier', '$DEFAULT'));
  const event = text(payload, 'Event', '{}');
  if (Buffer.byteLength(event) > PLATFORM_LIMITS.syncPayloadBytes)
    throw new ApiRefusal('InvalidParameter.Payload', 'The event is over 6 MB.');
  const result = await run(found.name, JSON.parse(event));
  const told = { FunctionRequestId: result.requestId || randomUUID(), Log: '' };
  if (result.ok) return { Result: { ...told, RetMsg: result.replyText, ErrMsg: '', InvokeResult: 0 } };
  const { errorCode, errorMessage, stackTrace } = result.error;
  const RetMsg = JSON.stringify({ errorCode, errorMessage, stackTrace });
  return { Result: { ...told, RetMsg, ErrMsg: errorMessage, InvokeResult: errorCode } };
}
