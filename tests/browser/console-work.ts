import { afterAll, beforeAll, describe } from 'vitest';
import type { BrowserStage } from './browser-stage.ts';
import { consoleCases } from './console-cases.ts';
import { type Desk, openDesk } from './console-desk.ts';
import { consoleGrowth } from './console-growth.ts';
import { consoleEndings, consoleMerchants } from './console-merchants.ts';
import { consoleMoney, consoleOrders } from './console-money.ts';
import { consoleOperators } from './console-operators.ts';
import { consolePages, consoleReaders } from './console-pages.ts';
import { consoleSupport } from './console-support.ts';

/** Merchants, their credits, tasks and orders, money that goes back, and the reconciliation, as an operator works them off. */
export function consoleWork(at: () => BrowserStage): void {
  let desk: Desk;
  const one = () => desk;

  beforeAll(async () => {
    desk = await openDesk(at());
  }, 120_000);
  afterAll(() => desk?.visitor.context.close());

  describe('an operator at work', () => {
    consoleMerchants(one);
    consoleSupport(one);
    consoleMoney(one);
    consoleEndings(one);
    consoleGrowth(one);
    consoleCases(one);
    consoleOrders(one);
    consoleOperators(one);
  });
  describe('the pages of that work', () => consolePages(one));
  describe('support', () => consoleReaders(one));
}
