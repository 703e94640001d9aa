import { afterAll, beforeAll, describe } from 'vitest';
import { accountPages } from './account-pages.ts';
import { type BrowserStage, browserStage } from './browser-stage.ts';
import { consoleBills } from './console-bills.ts';
import { consoleCards } from './console-cards.ts';
import { consoleJourney } from './console-journey.ts';
import { consoleWork } from './console-work.ts';
import { enginePages } from './engine-pages.ts';
import { everyPage } from './every-page.ts';
import { interruptions } from './interruptions.ts';
import { libraryPages } from './library-pages.ts';
import { longLists } from './long-lists.ts';
import { membershipStates } from './membership-states.ts';
import { merchantJourney } from './merchant-journey.ts';

/** One cloud and one browser for all of them: both cost seconds to start. */
let all: BrowserStage;
beforeAll(async () => {
  all = await browserStage();
}, 120_000);
afterAll(() => all?.close());

/** `npm run soak -- --only journeys`; a test run has time for what money goes through, and for whether each page can be read. */
const isWhole = process.env['BROWSER_SUITE'] === 'whole';

describe('a journey', () => merchantJourney(() => all));
if (isWhole) describe('what was made', () => libraryPages(() => all));
if (isWhole) describe('many of them', () => longLists(() => all));
describe('the pages', () => everyPage(() => all));
if (isWhole) describe('engines', () => enginePages(() => all));
describe('an account', () => accountPages(() => all));
describe('interruptions', () => interruptions(() => all));
describe('the console', () => consoleJourney(() => all));
if (isWhole) describe('work at the console', () => consoleWork(() => all));
if (isWhole) describe('cards at the console', () => consoleCards(() => all));
describe('the morning after', () => consoleBills(() => all));
describe('its plan', () => membershipStates(() => all));
