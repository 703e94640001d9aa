import { isNotFound } from './paced-call.ts';
import type { ScfCall } from './scf-call.ts';
import { deleteTrigger, listTriggers } from './set-triggers.ts';

/** Triggers first, so that nothing calls what is going; then the function with all its versions. Gone already is fine. */
export async function removeFunction(call: ScfCall, place: { name: string; namespace: string }): Promise<void> {
  try {
    for (const trigger of await listTriggers(call, place)) await deleteTrigger(call, place, trigger);
    await call('DeleteFunction', { FunctionName: place.name, Namespace: place.namespace });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
