import { useState } from 'react';
import type * as z from 'zod/mini';
import { ApiCallError, type FieldMessage } from '../../../shared/contract/api-call-error.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { useCallKey } from '../ui/use-call-key.ts';
import { useConsole } from './console-context.ts';

export interface Action<Input> {
  readonly run: (input: Input) => Promise<void>;
  readonly isBusy: boolean;
  /** What belongs to no field. */
  readonly error: unknown;
  /** What is wrong with what no field of the form shows. */
  readonly problems: readonly FieldMessage[];
  readonly errorOf: (field: string) => string | undefined;
}

/** A write of the console from a form. `fields`: those of the form that show their own errors. */
export function useAction<I extends z.ZodMiniType, O extends z.ZodMiniType>(
  operation: Operation<I, O>,
  fields: readonly string[],
  onDone: (output: z.output<O>) => void,
): Action<z.input<I>> {
  const { client } = useConsole();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const named = error instanceof ApiCallError ? error.fields : [];
  const shown = named.filter(({ path }) => fields.includes(path));
  return {
    run: async (input) => {
      setBusy(true);
      setError(null);
      try {
        const idempotencyKey = operation.idempotencyKey === 'required' ? keyOf(JSON.stringify(input)) : undefined;
        onDone(await client.call(operation, input, idempotencyKey === undefined ? {} : { idempotencyKey }));
        forget();
      } catch (failure) {
        setError(failure);
      } finally {
        setBusy(false);
      }
    },
    isBusy,
    error: shown.length > 0 ? null : error,
    problems: named.filter(({ path }) => !fields.includes(path)),
    errorOf: (field) => shown.find(({ path }) => path === field)?.message,
  };
}
