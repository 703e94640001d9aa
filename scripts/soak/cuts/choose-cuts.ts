import type { SeededRandom } from '../seeded-random.ts';
import type { Cut, CutKind, Exchange } from './cutting-proxy.ts';

/** Half-open connections cost the time limit of a statement each, hasty as it is. */
export const HALF_OPEN = ['create-task', 'pay-callback-wechat', 'start-task'];

/** How many exchanges both begin with. */
export function sharedBeginning(one: readonly Exchange[], other: readonly Exchange[]): number {
  const differs = one.findIndex(({ label, text }, n) => label !== other[n]?.label || text !== other[n]?.text);
  return differs === -1 ? one.length : differs;
}

/** Everywhere, in every way. */
export function allCuts(name: string, exchanges: readonly Exchange[]): Cut[] {
  return exchanges.flatMap(({ label }, exchange) => {
    const kinds: CutKind[] =
      label === 'greeting' ? ['beforeSend', 'midReply'] : ['beforeSend', 'afterSend', 'midReply'];
    if (HALF_OPEN.includes(name)) kinds.push('halfOpen');
    return kinds.map((kind) => ({ exchange, kind }));
  });
}

/** What only reads leaves the same behind however it fails: it is cut in one way, each in its turn. */
export function fewCuts(name: string, exchanges: readonly Exchange[]): Cut[] {
  const all = allCuts(name, exchanges);
  return exchanges.flatMap((exchange, at) => {
    const cuts = all.filter((cut) => cut.exchange === at);
    return mayWrite(exchange) ? cuts : cuts.slice(at % cuts.length).slice(0, 1);
  });
}

const mayWrite = ({ label, text }: Exchange): boolean =>
  ['query', 'execute'].includes(label) && !/^\s*(SELECT\b(?![\s\S]*\bFOR UPDATE\b)|SET\b)/i.test(text);

/** Anywhere, also within what is sent. */
export function anyCut(exchanges: readonly Exchange[], random: SeededRandom): Cut {
  const exchange = random.below(exchanges.length);
  const kinds: CutKind[] = exchanges[exchange]?.label === 'greeting' ? ['midReply'] : ['midRequest', 'midReply'];
  return { exchange, kind: random.pick(kinds), part: random.below(1000) / 1000 };
}
