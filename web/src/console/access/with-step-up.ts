import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../../shared/contract/client.ts';

/**
 * A client that has a code shown when an operation wants one, and then makes the same call again under the same idempotency key. Whoever
 * shows none gets the refusal.
 */
export function withStepUp(client: Client, ask: () => Promise<boolean>): Client {
  return {
    call: async (operation, input, options) => {
      try {
        return await client.call(operation, input, options);
      } catch (error) {
        if (!(error instanceof ApiCallError) || error.code !== 'STEP_UP_REQUIRED' || !(await ask())) throw error;
        return client.call(operation, input, options);
      }
    },
  };
}
