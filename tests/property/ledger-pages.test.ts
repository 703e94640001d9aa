import { afterAll, beforeAll, expect, it } from 'vitest';
import { merchantWith, openArena } from '../../scripts/soak/bursts/arena.ts';
import { type ProductServer, startProductServer } from '../../scripts/soak/product-server.ts';
import { listEntries } from '../../shared/quota/list-entries.ts';

let product: ProductServer;
beforeAll(async () => {
  product = await startProductServer({ flush: 0 });
});
afterAll(() => product.stop());

it('the ledger is read newest first, page by page, where its numbers grow by a digit', async () => {
  const arena = await openArena(product, 1);
  await arena.plain.query('ALTER TABLE quota_entries AUTO_INCREMENT = 997');
  const merchant = await merchantWith(arena, [1, 2, 3, 4, 5, 6]);
  const read: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEntries(arena.db, merchant, { limit: 2, cursor });
    read.push(...page.items.map(({ amount }) => amount));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(read).toEqual([6, 5, 4, 3, 2, 1]);
});
