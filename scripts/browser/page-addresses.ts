import { SIGNED_IN_PAGES, WEB_PAGES } from '../build/build-web.ts';

type Addresses = Readonly<Record<string, string>>;

/** What is built for those who have not signed in, by name. */
export const PUBLIC_PAGES: Addresses = Object.fromEntries(
  Object.entries(WEB_PAGES)
    .filter(([name]) => !SIGNED_IN_PAGES.includes(name))
    .map(([name, file]) => [name, `/${file.replace(/index\.html$/, '')}`]),
);
/** Texts of the operator's, in the language in which they were written. */
export const isLegal = (path: string): boolean => path.startsWith('/legal/');

const hashesOf = (names: readonly string[]): Addresses => Object.fromEntries(names.map((name) => [name, `#/${name}`]));

/** Those that need no id, by name; a test compares them with the routers. */
export const WORKSPACE_PAGES: Addresses = {
  home: '#/',
  create: '#/create/basic_clean',
  ...hashesOf(['queue', 'tasks', 'batches', 'library', 'membership', 'credits', 'account', 'developers', 'referral']),
  unknown: '#/nothing/here',
};
export const CONSOLE_PAGES: Addresses = {
  ...hashesOf(['overview', 'merchants', 'tasks', 'orders', 'plans', 'invoices', 'cases', 'cards', 'models', 'redeem']),
  ...hashesOf(['growth', 'announcements', 'presets', 'settings', 'audit', 'account']),
  unknown: '#/nothing',
};

/** Areas of the inspector, and what stands in each once it is there. */
export const INSPECTOR_AREAS: Addresses = {
  invocations: 'tbody tr',
  sms: '.code',
  cashier: '.box select',
  objects: '.objects a',
  timers: '.box button',
  clock: '.code',
  faults: 'input[type=checkbox]',
};
