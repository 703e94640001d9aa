import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Operation } from '../../../../shared/contract/operation.ts';
import { useCallKey } from '../../ui/use-call-key.ts';
import { useWorkspace } from '../workspace.ts';

export interface Making<Input> {
  readonly make: (input: Input) => Promise<void>;
  /** What is shown once; empty until something was made. */
  readonly secret: string;
  readonly isBusy: boolean;
  /** What belongs to no field. */
  readonly error: unknown;
  /** What is wrong with a field. */
  readonly at: (field: string) => string | undefined;
}

/** A form that makes something with a secret, which is shown once. `onMade` empties the form and answers the secret. */
export function useMaking<I extends z.ZodMiniType, O extends z.ZodMiniType>(
  operation: Operation<I, O>,
  queryKey: string,
  onMade: (output: z.output<O>) => string,
): Making<z.input<I>> {
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [secret, setSecret] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const wrong = error instanceof ApiCallError ? error.fields : [];
  return {
    make: async (input) => {
      setBusy(true);
      setError(null);
      setSecret('');
      try {
        const output = await client.call(operation, input, { idempotencyKey: keyOf(JSON.stringify(input)) });
        forget();
        setSecret(onMade(output));
        await queries.invalidateQueries({ queryKey: [queryKey] });
      } catch (failure) {
        setError(failure);
      }
      setBusy(false);
    },
    ...{ secret, isBusy },
    error: wrong.length === 0 ? error : null,
    at: (field) => wrong.find(({ path }) => path.split('.')[0] === field)?.message,
  };
}
