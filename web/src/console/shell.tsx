import { useEffect, useRef } from 'react';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Empty } from '../ui/messages.tsx';
import { useHash } from '../ui/use-hash.ts';
import { useConsole } from './console-context.ts';
import type { ConsoleMessage } from './console-messages.ts';
import { hashQuery, type Query } from './hash-query.ts';
import { AccountPage } from './pages/account-page.tsx';
import { AnnouncementsPage } from './pages/announcements-page.tsx';
import { AuditPage } from './pages/audit-page.tsx';
import { CardPage } from './pages/card-page.tsx';
import { CardsPage } from './pages/cards-page.tsx';
import { CasesPage } from './pages/cases-page.tsx';
import { GrowthPage } from './pages/growth-page.tsx';
import { InvoicesPage } from './pages/invoices-page.tsx';
import { MerchantPage } from './pages/merchant-page.tsx';
import { MerchantsPage } from './pages/merchants-page.tsx';
import { ModelsPage } from './pages/models-page.tsx';
import { OrdersPage } from './pages/orders-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { PlansPage } from './pages/plans-page.tsx';
import { PresetsPage } from './pages/presets-page.tsx';
import { RedeemBatchPage } from './pages/redeem-batch-page.tsx';
import { RedeemPage } from './pages/redeem-page.tsx';
import { SettingsPage } from './pages/settings-page.tsx';
import { TaskPage } from './pages/task-page.tsx';
import { TasksPage } from './pages/tasks-page.tsx';
import { parseRoute, type Route } from './router.ts';
import { useText } from './use-text.ts';

const NAVIGATION: readonly (readonly [
  hash: string,
  text: ConsoleMessage,
  icon: IconName,
  pages: readonly Route['page'][],
])[] = [
  ['#/', 'overview', 'chart', ['overview']],
  ['#/merchants', 'merchants', 'people', ['merchants', 'merchant']],
  ['#/tasks', 'tasks', 'tasks', ['tasks', 'task']],
  ['#/orders', 'orders', 'receipt', ['orders']],
  ['#/invoices', 'invoices', 'invoice', ['invoices']],
  ['#/cases', 'cases', 'balance', ['cases']],
  ['#/plans', 'plans', 'credits', ['plans']],
  ['#/cards', 'cards', 'card', ['cards', 'card']],
  ['#/models', 'models', 'camera', ['models']],
  ['#/presets', 'presets', 'image', ['presets']],
  ['#/redeem', 'redeem', 'ticket', ['redeem', 'redeem-batch']],
  ['#/growth', 'growth', 'star', ['growth']],
  ['#/announcements', 'announcements', 'megaphone', ['announcements']],
  ['#/settings', 'settings', 'sliders', ['settings']],
  ['#/audit', 'audit', 'list', ['audit']],
  ['#/account', 'account', 'account', ['account']],
];

/** What every page of the console stands in. */
export function Shell() {
  const { say, language } = useText();
  const { config, operator, canWrite } = useConsole();
  const hash = useHash();
  const route = parseRoute(hash);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const brand = language === 'en' ? config.brandEn : config.brandZh;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new address is a new page, though only its heading is read
  useEffect(() => {
    const heading = main.current?.querySelector('h1');
    document.title = `${heading?.textContent ?? ''} · ${say('consoleName')} · ${brand}`;
    // On a phone the navigation scrolls sideways.
    document.querySelector('.side nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    if (isFirst.current) isFirst.current = false;
    else {
      window.scrollTo(0, 0);
      heading?.focus({ preventScroll: true });
    }
  }, [hash, brand]);
  return (
    <div className="shell console">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {say('skip')}
      </button>
      <header className="side">
        <p className="brand">
          <img src={config.icon} alt="" width="30" height="30" />
          <span>
            {brand}
            <small>{say('consoleName')}</small>
          </span>
        </p>
        <nav aria-label={say('nav')}>
          {NAVIGATION.filter(([target]) => canWrite || target !== '#/invoices').map(([target, text, icon, pages]) => (
            <a key={target} href={target} {...(pages.includes(route.page) && { 'aria-current': 'page' as const })}>
              <Icon name={icon} size={20} />
              <span>{say(text)}</span>
            </a>
          ))}
        </nav>
        <p className="who">
          <span>{operator.name}</span>
          <small>{say(canWrite ? 'roleOperator' : 'roleSupport')}</small>
        </p>
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {!canWrite && <p className="read-only">{say('readOnly')}</p>}
        <Page key={hash} route={route} query={hashQuery(hash)} />
      </main>
    </div>
  );
}

/** The address comes from above: a page that is about to go must not ask for what the next one shows. */
function Page({ route, query }: { readonly route: Route; readonly query: Query }) {
  const { say } = useText();
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'invoices':
      return <InvoicesPage query={query} />;
    case 'growth':
      return <GrowthPage query={query} />;
    case 'merchants':
      return <MerchantsPage query={query} />;
    case 'merchant':
      return <MerchantPage merchantId={route.merchantId} />;
    case 'task':
      return <TaskPage taskId={route.taskId} />;
    case 'tasks':
      return <TasksPage query={query} />;
    case 'orders':
      return <OrdersPage query={query} />;
    case 'cards':
      return <CardsPage />;
    case 'card':
      return <CardPage featureId={route.featureId} />;
    case 'models':
      return <ModelsPage query={query} />;
    case 'announcements':
      return <AnnouncementsPage />;
    case 'plans':
      return <PlansPage />;
    case 'presets':
      return <PresetsPage />;
    case 'settings':
      return <SettingsPage />;
    case 'cases':
      return <CasesPage query={query} />;
    case 'audit':
      return <AuditPage query={query} />;
    case 'redeem':
      return <RedeemPage />;
    case 'redeem-batch':
      return <RedeemBatchPage batchId={route.batchId} />;
    case 'account':
      return <AccountPage />;
    case 'unknown':
      return (
        <div className="page">
          <h1 tabIndex={-1}>{say('notFound')}</h1>
          <Empty icon="alert" title={say('notFound')}>
            <a className="button" href="#/">
              {say('backHome')}
            </a>
          </Empty>
        </div>
      );
  }
}
