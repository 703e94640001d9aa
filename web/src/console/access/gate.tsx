import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { getAccount } from '../../../../shared/contract/auth.ts';
import { getOperator } from '../../../../shared/contract/ops-access.ts';
import { readPageConfig } from '../../core/page-config.ts';
import { chooseLanguage, type Language, readLanguage } from '../../core/preferences.ts';
import { openSession, type Session } from '../../core/session.ts';
import { Failure } from '../../ui/messages.tsx';
import { Toasts } from '../../ui/toasts.tsx';
import { LanguageContext } from '../../ui/use-text.ts';
import type { Operator } from '../console-context.ts';
import { useText } from '../use-text.ts';
import { ConsoleRoot } from './console-root.tsx';
import { Refused } from './refused.tsx';
import { SignIn } from './sign-in.tsx';

type State =
  | { readonly at: 'opening' | 'sign-in' }
  | { readonly at: 'refused'; readonly phoneMasked: string }
  | { readonly at: 'failed'; readonly error: unknown }
  | { readonly at: 'open'; readonly operator: Operator };

const config = readPageConfig();

/** Whoever is signed in and has a role comes in; anybody else is told why not. */
export function Gate() {
  const queries = useQueryClient();
  const [language, setShownLanguage] = useState<Language>(readLanguage);
  const [state, setState] = useState<State>({ at: 'opening' });
  const setLanguage = useCallback((chosen: Language) => {
    chooseLanguage(chosen);
    setShownLanguage(chosen);
  }, []);
  const session = useMemo(() => openSession(config.apiOrigin, readLanguage, () => setState({ at: 'sign-in' })), []);
  const enter = useCallback(() => {
    setState({ at: 'opening' });
    queries.clear();
    findOut(session).then(setState, (error: unknown) => setState({ at: 'failed', error }));
  }, [session, queries]);
  useEffect(enter, [enter]);
  const signOut = useCallback(async () => {
    await session.end();
    queries.clear();
    setState({ at: 'sign-in' });
  }, [session, queries]);
  return (
    <LanguageContext value={language}>
      {state.at === 'opening' && <Opening />}
      {state.at === 'failed' && <Failed error={state.error} onRetry={enter} />}
      {state.at === 'sign-in' && <SignIn config={config} language={language} onLanguage={setLanguage} onDone={enter} />}
      {state.at === 'refused' && <Refused phoneMasked={state.phoneMasked} onSignOut={signOut} onRetry={enter} />}
      {state.at === 'open' && (
        <ConsoleRoot
          client={session.client}
          entered={state.operator}
          config={config}
          setLanguage={setLanguage}
          signOut={signOut}
        />
      )}
      <Toasts />
    </LanguageContext>
  );
}

async function findOut({ resume, client }: Session): Promise<State> {
  if (!(await resume())) return { at: 'sign-in' };
  try {
    return { at: 'open', operator: await client.call(getOperator, {}) };
  } catch (error) {
    if (!(error instanceof ApiCallError) || error.code !== 'NOT_AN_OPERATOR') throw error;
    const { phoneMasked } = await client.call(getAccount, {});
    return { at: 'refused', phoneMasked };
  }
}

function Opening() {
  const { say } = useText();
  return (
    <p className="boot" role="status">
      {say('openingConsole')}
    </p>
  );
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { say } = useText();
  return (
    <main className="door">
      <h1>{say('offlineTitle')}</h1>
      <Failure error={error} onRetry={onRetry} />
    </main>
  );
}
