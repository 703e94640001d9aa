import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { useText } from '../use-text.ts';

/** One call at a time of a list's buttons: what it came to is said, and the lists are read anew. */
export function useAction(lists: readonly string[]) {
  const { say } = useText();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const act = async (call: () => Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    try {
      await call();
      toast(done);
    } catch (error) {
      toast(readError(error, say).message, 'bad');
    }
    for (const list of lists) await queries.invalidateQueries({ queryKey: [list] });
    setBusy(false);
  };
  return { isBusy, act };
}
