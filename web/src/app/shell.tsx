import { useEffect, useRef, useSyncExternalStore } from 'react';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useHash } from '../ui/use-hash.ts';
import { AnnouncementBar } from './announcement-bar.tsx';
import type { AppMessage } from './app-messages.ts';
import { AccountPage } from './pages/account-page.tsx';
import { BatchPage } from './pages/batch-page.tsx';
import { BatchesPage } from './pages/batches-page.tsx';
import { ContinuePage } from './pages/continue-page.tsx';
import { CreatePage } from './pages/create-page.tsx';
import { CreditsPage } from './pages/credits-page.tsx';
import { DevelopersPage } from './pages/developers-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { LibraryPage } from './pages/library-page.tsx';
import { MembershipPage } from './pages/membership-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OrderPage } from './pages/order-page.tsx';
import { QueuePage } from './pages/queue-page.tsx';
import { ReferralPage } from './pages/referral-page.tsx';
import { TaskPage } from './pages/task-page.tsx';
import { TasksPage } from './pages/tasks-page.tsx';
import { parseRoute, type Route } from './router.ts';
import { useUploads } from './uploads/use-uploads.ts';
import { useQuota } from './use-api.ts';
import { useText } from './use-text.ts';
import { ViewBar } from './view-bar.tsx';
import { useWorkspace } from './workspace.ts';

const NAVIGATION: readonly (readonly [
  hash: string,
  text: AppMessage,
  icon: IconName,
  pages: readonly Route['page'][],
  /** A narrow screen has room for five; what stands in its head anyway is left out. */
  isWideOnly?: boolean,
])[] = [
  ['#/', 'home', 'home', ['home', 'create', 'continue']],
  ['#/tasks', 'history', 'tasks', ['tasks', 'task', 'queue', 'batches', 'batch']],
  ['#/library', 'library', 'library', ['library']],
  ['#/membership', 'membership', 'member', ['membership', 'order']],
  ['#/credits', 'credits', 'credits', ['credits'], true],
  ['#/account', 'account', 'account', ['account', 'developers', 'referral']],
];

/** What every page stands in: navigation, balance, uploads that are under way. */
export function Shell() {
  const { say, language } = useText();
  const { config } = useWorkspace();
  const hash = useHash();
  const route = parseRoute(hash);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new address is a new page, though only its heading is read
  useEffect(() => {
    const heading = main.current?.querySelector('h1');
    document.title = `${heading?.textContent ?? ''} · ${language === 'en' ? config.brandEn : config.brandZh}`;
    // After a click on a link a screen reader starts where the new page starts; not when the workspace opens.
    if (isFirst.current) isFirst.current = false;
    else {
      window.scrollTo(0, 0);
      heading?.focus({ preventScroll: true });
    }
  }, [hash, language, config]);
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {say('skip')}
      </button>
      <header className="side">
        <a className="brand" href="/">
          <img src={config.icon} alt="" width="30" height="30" />
          {language === 'en' ? config.brandEn : config.brandZh}
        </a>
        <nav aria-label={say('nav')}>
          {NAVIGATION.map(([target, text, icon, pages, isWideOnly]) => (
            <a
              key={target}
              href={target}
              {...(isWideOnly && { className: 'nav-wide' })}
              {...(pages.includes(route.page) && { 'aria-current': 'page' as const })}
            >
              <Icon name={icon} size={22} />
              <span>{say(text)}</span>
            </a>
          ))}
        </nav>
        <Balance />
      </header>
      <ViewBar />
      <OfflineBar />
      <AnnouncementBar />
      <main ref={main} id="main" tabIndex={-1}>
        <Page key={hash} route={route} />
      </main>
      <UploadsPill isHidden={route.page === 'queue'} />
    </div>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'home':
      return <HomePage />;
    case 'create':
      return <CreatePage featureId={route.featureId} assetId={route.assetId} />;
    case 'continue':
      return <ContinuePage assetId={route.assetId} />;
    case 'queue':
      return <QueuePage />;
    case 'tasks':
      return <TasksPage />;
    case 'task':
      return <TaskPage taskId={route.taskId} />;
    case 'batches':
      return <BatchesPage />;
    case 'library':
      return <LibraryPage />;
    case 'batch':
      return <BatchPage batchId={route.batchId} />;
    case 'membership':
      return <MembershipPage />;
    case 'order':
      return <OrderPage orderId={route.orderId} />;
    case 'credits':
      return <CreditsPage />;
    case 'account':
      return <AccountPage />;
    case 'referral':
      return <ReferralPage />;
    case 'developers':
      return <DevelopersPage />;
    case 'unknown':
      return <NotFoundPage />;
  }
}

function Balance() {
  const { say } = useText();
  const quota = useQuota();
  return (
    <a className="balance" href="#/credits">
      <Icon name="credits" size={18} />
      {quota.data ? say('creditsLeft', { n: quota.data.available }) : '…'}
    </a>
  );
}

function OfflineBar() {
  const { say } = useText();
  const isOnline = useSyncExternalStore(
    (listener) => {
      window.addEventListener('online', listener);
      window.addEventListener('offline', listener);
      return () => {
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
  return (
    <div role="status" className="offline">
      {isOnline ? null : <p>{say('offlineBar')}</p>}
    </div>
  );
}

function UploadsPill({ isHidden }: { readonly isHidden: boolean }) {
  const { say } = useText();
  const running = useUploads().filter(({ state }) => state !== 'sent').length;
  if (isHidden || running === 0) return null;
  return (
    <a className="uploads-pill" href="#/queue">
      <Icon name="upload" size={18} /> {say('uploadsRunning', { n: running })}
    </a>
  );
}
