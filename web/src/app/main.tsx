import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useCallback, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { getAccount } from '../../../shared/contract/auth.ts';
import { type OperatorView, openViewClient, viewOfTab } from '../core/operator-view.ts';
import { readPageConfig } from '../core/page-config.ts';
import { chooseLanguage, type Language, readLanguage } from '../core/preferences.ts';
import { openSession } from '../core/session.ts';
import { Toasts } from '../ui/toasts.tsx';
import { LanguageContext } from '../ui/use-text.ts';
import { Shell } from './shell.tsx';
import { openUploadQueue } from './uploads/upload-queue.ts';
import { memoryStore, openUploadStore } from './uploads/upload-store.ts';
import { outdate } from './use-endless.ts';
import { sayIn } from './use-text.ts';
import { ViewEnded } from './view-ended.tsx';
import { type Workspace, WorkspaceContext } from './workspace.ts';

const root = createRoot(document.getElementById('root') as HTMLElement); // stands in the page
const config = readPageConfig();

/** To the door, and back here afterwards. */
function askToSignIn(): void {
  const next = location.hash === '' ? '' : `?next=${encodeURIComponent(location.hash)}`;
  location.replace(`/login/${next}`);
}

const session = openSession(config.apiOrigin, readLanguage, askToSignIn);
// The client itself tries again where that can help.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5000 } } });

/** As the merchant sees it, for an operator: of this tab alone, and nothing of it is kept on this device. */
async function openFor(view: OperatorView): Promise<void> {
  const onEnded = (): void => {
    queries.clear();
    root.render(<ViewEnded merchantId={view.merchantId} />);
  };
  const { client, end } = openViewClient(config.apiOrigin, readLanguage, view, onEnded);
  try {
    await client.call(getAccount, {});
  } catch (error) {
    if (error instanceof ApiCallError && error.status === 401) return;
    throw error;
  }
  const { merchantId } = view;
  const onChange = (): void => undefined;
  const uploads = openUploadQueue({ client, store: memoryStore(), merchantId, onChange, nowMs: Date.now });
  show({ merchantId, view, client, config, uploads, signOut: end, leave: end });
}

async function open(): Promise<void> {
  const view = viewOfTab();
  if (view) return openFor(view);
  if (!(await session.resume())) return askToSignIn();
  const { merchantId } = await session.client.call(getAccount, {});
  const store = await openUploadStore();
  const onChange = (): void => void outdate(queries, 'quota', 'tasks', 'task', 'batches', 'entries', 'assets');
  const uploads = openUploadQueue({ client: session.client, store, merchantId, onChange, nowMs: Date.now });
  await uploads.resume();
  const leave = async (): Promise<void> => {
    // What cannot be forgotten here must not keep anybody in an account that is gone.
    await uploads.forget().catch(() => undefined);
    location.replace('/login/');
  };
  const signOut = async (): Promise<void> => {
    await session.end();
    await leave();
  };
  show({ merchantId, client: session.client, config, uploads, signOut, leave });
}

function show(workspace: Omit<Workspace, 'setLanguage'>): void {
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App workspace={workspace} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

function App({ workspace }: { readonly workspace: Omit<Workspace, 'setLanguage'> }) {
  const [language, setState] = useState<Language>(readLanguage);
  const setLanguage = useCallback((chosen: Language) => {
    chooseLanguage(chosen);
    setState(chosen);
  }, []);
  const whole = useMemo(() => ({ ...workspace, setLanguage }), [workspace, setLanguage]);
  return (
    <LanguageContext value={language}>
      <WorkspaceContext value={whole}>
        <Shell />
        <Toasts />
      </WorkspaceContext>
    </LanguageContext>
  );
}

function CannotOpen() {
  const say = sayIn(readLanguage());
  return (
    <main className="boot" role="alert">
      <h1>{say('offlineTitle')}</h1>
      <p className="muted">{say('offlineText')}</p>
      <button type="button" className="button button-primary" onClick={start}>
        {say('tryAgain')}
      </button>
    </main>
  );
}

function start(): void {
  root.render(
    <p className="boot" role="status">
      {sayIn(readLanguage())('opening')}
    </p>,
  );
  open().catch(() => root.render(<CannotOpen />));
}

start();
