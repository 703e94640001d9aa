import type { ReactNode } from 'react';
import { Failure, Loading } from './messages.tsx';

interface LoadedProps<T> {
  /** The part of a query that is needed. */
  readonly query: {
    readonly data: T | undefined;
    readonly isPending: boolean;
    readonly isError: boolean;
    readonly error: unknown;
    readonly refetch: () => Promise<unknown>;
  };
  readonly children: (data: T) => ReactNode;
}

/** What was asked for, as soon as it is there; until then that it is on its way, or why it is not. */
export function Loaded<T>({ query: { data, isPending, isError, error, refetch }, children }: LoadedProps<T>) {
  return (
    <>
      {isPending && <Loading />}
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}
