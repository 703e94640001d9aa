import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Client } from '../../../../shared/contract/client.ts';
import { getOperator } from '../../../../shared/contract/ops-access.ts';
import { toast } from '../../ui/toasts.tsx';
import { type Console, ConsoleContext, type Operator } from '../console-context.ts';
import { Shell } from '../shell.tsx';
import { useText } from '../use-text.ts';
import { StepUpDialog } from './step-up-dialog.tsx';
import { withStepUp } from './with-step-up.ts';

interface ConsoleRootProps extends Pick<Console, 'client' | 'config' | 'setLanguage' | 'signOut'> {
  readonly entered: Operator;
}

/** The console for one operator, and the dialog that asks for a code when a call wants one. */
export function ConsoleRoot({ client: plain, entered, config, setLanguage, signOut }: ConsoleRootProps) {
  const operator = useOperator(plain, entered);
  const { asked, ask, answer } = useQuestion<'step-up' | 'enrol'>();
  const client = useMemo(() => withStepUp(plain, () => ask('step-up')), [plain, ask]);
  const value = useMemo<Console>(() => {
    const canWrite = operator.role === 'operator';
    return { client, ask, operator, canWrite, config, setLanguage, signOut };
  }, [client, ask, operator, config, setLanguage, signOut]);
  const { say } = useText();
  const queries = useQueryClient();
  const onShown = (): void => {
    toast(say(asked === 'enrol' ? 'enrolled' : 'steppedUp'));
    void queries.invalidateQueries({ queryKey: ['operator'] });
    answer(true);
  };
  return (
    <ConsoleContext value={value}>
      <Shell />
      {asked && (
        <StepUpDialog
          client={plain}
          isEnrolling={asked === 'enrol'}
          onShown={onShown}
          onClose={() => answer(false)}
          onSignOut={() => {
            answer(false);
            void signOut();
          }}
        />
      )}
    </ConsoleContext>
  );
}

function useOperator(client: Client, entered: Operator): Operator {
  const { data } = useQuery({
    queryKey: ['operator'],
    queryFn: ({ signal }) => client.call(getOperator, {}, { signal }),
    initialData: entered,
    staleTime: 60_000,
  });
  return data;
}

/** A question to whoever sits there; asked again while it stands, it is the same question. */
function useQuestion<Kind extends string>() {
  const [asked, setAsked] = useState<Kind | null>(null);
  const standing = useRef<{ answered: Promise<boolean>; resolve: (done: boolean) => void } | null>(null);
  const ask = useCallback((kind: Kind): Promise<boolean> => {
    if (standing.current) return standing.current.answered;
    let resolve: (done: boolean) => void = () => undefined;
    const answered = new Promise<boolean>((settle) => {
      resolve = settle;
    });
    standing.current = { answered, resolve };
    setAsked(kind);
    return answered;
  }, []);
  const answer = useCallback((done: boolean) => {
    standing.current?.resolve(done);
    standing.current = null;
    setAsked(null);
  }, []);
  return { asked, ask, answer };
}
