import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { seedLongLists } from '../../browser/seed-long-lists.ts';
import { newPhone, signIn } from '../../browser/sign-in.ts';
import { newPage, withPages } from '../pages-stage.ts';
import { median, percentile } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';

const TASKS = 10_000;
const ENTRIES = 100_000;
/** Of each round: a wheel that is turned without a pause, some 6,000 pixels a second. */
const TURNS = 80;
const TURN_PX = 300;
const TURN_MS = 50;
/** Two pages of the shortest list are loaded by then. */
const LEAST_PX = 5000;
const LONG_FRAME_MS = 50;

interface LongList {
  readonly name: string;
  readonly path: string;
  readonly item: string;
  /** Says how many are loaded, drawn or not. */
  readonly count: readonly [selector: string, attribute: string];
}

const LISTS: readonly LongList[] = [
  {
    ...{ name: `${TASKS.toLocaleString('en')} tasks`, path: '/app/#/tasks', item: '.task-list .task-row' },
    count: ['.task-list > li', 'aria-setsize'],
  },
  {
    ...{
      name: `a ledger of ${ENTRIES.toLocaleString('en')} entries`,
      path: '/app/#/credits',
      item: '.ledger tbody tr',
    },
    count: ['.ledger', 'aria-rowcount'],
  },
  {
    ...{ name: `a library of ${TASKS.toLocaleString('en')} results`, path: '/app/#/library', item: '.asset' },
    count: ['.asset', 'aria-setsize'],
  },
];

/** A frame's time is that since the frame before it. */
const BEGIN_FRAMES = `{
  const frames = (window.frameTimes = []);
  let before = 0;
  const note = (now) => {
    if (window.frameTimes !== frames) return;
    if (before > 0) frames.push(now - before);
    before = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}`;
const END_FRAMES = '(() => { const frames = window.frameTimes; window.frameTimes = []; return frames; })()';

interface Scroll {
  readonly frames: readonly number[];
  readonly pixels: number;
  readonly loaded: number;
}

async function run({ rounds, say }: BenchSettings): Promise<RowResult[]> {
  return withPages(async (stage, browser) => {
    const { cloud, db } = stage;
    const page = await newPage(stage, browser);
    const phone = await signIn(cloud, page, newPhone());
    say(`  ${TASKS.toLocaleString('en')} tasks and ${ENTRIES.toLocaleString('en')} entries of one merchant`);
    await seedLongLists(db, cloud.objects, { phone, tasks: TASKS, entries: ENTRIES, nowMs: cloud.clock.now() });
    const results: RowResult[] = [];
    for (const list of LISTS) {
      const scrolls: Scroll[] = [];
      for (let round = 0; round < rounds; round++) scrolls.push(await scroll(page, list));
      results.push(describeScrolls(list, scrolls));
    }
    return results;
  });
}

/** From the top of a list that was just opened, through its pages as they come. */
async function scroll(page: Page, { name, path, item, count }: LongList): Promise<Scroll> {
  await page.goto('about:blank');
  await page.goto(path);
  await page.locator(item).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(640, 430);
  await page.evaluate(BEGIN_FRAMES);
  for (let turn = 0; turn < TURNS; turn++) {
    await page.mouse.wheel(0, TURN_PX);
    await sleep(TURN_MS);
  }
  const frames = await page.evaluate<number[]>(END_FRAMES);
  const pixels = Math.round(await page.evaluate<number>('window.scrollY'));
  if (pixels < LEAST_PX) throw new Error(`${name}: the wheel moved it by ${pixels} px and no further`);
  const [selector, attribute] = count;
  return { frames, pixels, loaded: Number(await page.locator(selector).first().getAttribute(attribute)) };
}

function describeScrolls({ name }: LongList, scrolls: readonly Scroll[]): RowResult {
  const sorted = scrolls.flatMap(({ frames }) => frames).sort((a, b) => a - b);
  const p95 = percentile(sorted, 0.95);
  const long = sorted.filter((ms) => ms > LONG_FRAME_MS).length / sorted.length;
  const far = `${median(scrolls.map(({ pixels }) => pixels))} px down, ${median(scrolls.map(({ loaded }) => loaded))} loaded`;
  return {
    ...{ row: 'lists', against: `${name}, scrolled by the wheel`, wall: null, cpu: null },
    checks: [{ what: 'p95 ms', value: p95, rule: '≤', bound: LONG_FRAME_MS }],
    figures: [
      `median ${median(sorted).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${(long * 100).toFixed(1)} % above ${LONG_FRAME_MS} ms of ${sorted.length} frames`,
      far,
    ],
  };
}

export const LISTS_ROW: BenchRow = { name: 'lists', title: 'frames while a long list is scrolled', run };
