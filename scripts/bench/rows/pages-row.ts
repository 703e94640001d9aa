import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { signIn } from '../../browser/sign-in.ts';
import type { CloudStage } from '../../soak/cloud-stage.ts';
import { newPage, withPages } from '../pages-stage.ts';
import { median } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';

/** A phone of the middle on a network of the middle. */
const BYTES_PER_SECOND = 4_000_000 / 8;
const ROUND_TRIP_MS = 60;
const CPU_DIVISOR = 4;
const MOST_WAITS = 120;

interface FirstClick {
  readonly page: string;
  readonly path: string;
  /** What is pressed again and again, and what is true once it worked. */
  readonly target: string;
  readonly worked: string;
  readonly mostMs: number;
}

const FIRST_CLICKS: readonly FirstClick[] = [
  {
    ...{ page: 'login', path: '/login/', target: '#send-code', mostMs: 1500 },
    worked: 'document.querySelector("#phone-error")?.textContent',
  },
  {
    ...{ page: 'workspace', path: '/app/', target: 'nav a[href="#/tasks"]', mostMs: 3500 },
    worked: 'document.querySelector("main .filters")',
  },
];

async function run({ rounds }: BenchSettings): Promise<RowResult[]> {
  return withPages(async (stage, browser) => {
    const results: RowResult[] = [];
    for (const click of FIRST_CLICKS) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push(await firstClickMs(stage, browser, click));
      results.push(describeClicks(click, times));
    }
    return results;
  });
}

/** From the address typed, with an empty cache and signed in, to the first press that does something. */
async function firstClickMs(stage: CloudStage, browser: Browser, click: FirstClick): Promise<number> {
  const page = await newPage(stage, browser);
  if (click.path === '/app/') await signIn(stage.cloud, page);
  await page.goto('about:blank');
  const devtools = await page.context().newCDPSession(page);
  const throughput = { downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND };
  await devtools.send('Network.enable');
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: ROUND_TRIP_MS, ...throughput });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_DIVISOR });
  await page.addInitScript(`{
    const timer = setInterval(() => {
      if (${click.worked}) {
        clearInterval(timer);
        window.firstClickMs = performance.now();
      } else document.querySelector(${JSON.stringify(click.target)})?.click();
    }, 20);
  }`);
  await page.goto(click.path, { waitUntil: 'commit' });
  let ms: unknown;
  // Seldom: each question takes the page's time.
  for (let waited = 0; typeof ms !== 'number' && waited < MOST_WAITS; waited++) {
    await sleep(500);
    ms = await page.evaluate('window.firstClickMs');
  }
  await page.context().close();
  if (typeof ms !== 'number') throw new Error(`${click.page}: nothing that was pressed did anything`);
  return ms;
}

function describeClicks({ page, mostMs }: FirstClick, times: readonly number[]): RowResult {
  const sorted = [...times].sort((a, b) => a - b);
  const value = median(sorted);
  return {
    ...{ row: 'pages', against: `${page}: first working click, 4 Mbit/s, 60 ms, CPU ÷ 4`, wall: null, cpu: null },
    checks: [{ what: 'ms', value, rule: '≤', bound: mostMs }],
    figures: [`median ${Math.round(value)} ms of ${sorted.map((ms) => Math.round(ms)).join(', ')}`],
  };
}

export const PAGES_ROW: BenchRow = {
  name: 'pages',
  title: 'the first press that does something, on a slow phone',
  run,
};
