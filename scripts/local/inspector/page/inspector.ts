import { showCashier } from './cashier.ts';
import { showClock, showTimers } from './clock.ts';
import { showFaults } from './faults.ts';
import { showInvocations } from './invocations.ts';
import { showObjects } from './objects.ts';
import { showSms } from './sms.ts';

type Show = (main: HTMLElement) => (() => void) | undefined;

const AREAS: Readonly<Record<string, Show>> = {
  invocations: showInvocations,
  sms: showSms,
  cashier: showCashier,
  objects: showObjects,
  timers: showTimers,
  clock: showClock,
  faults: showFaults,
};

const main = document.getElementById('main') as HTMLElement; // stands in the page
let leave: (() => void) | undefined;

function show(): void {
  leave?.();
  const name = location.hash.slice(1) || 'invocations';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  main.replaceChildren();
  leave = (AREAS[name] ?? showInvocations)(main);
}

window.addEventListener('hashchange', show);
show();
