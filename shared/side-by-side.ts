/**
 * Does the work on each of the items, on at most `count` of them at once. After a failure none is begun any more; those under way are
 * waited for, and then the first failure is thrown. @returns what came of each, in their order
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  count: number,
  work: (item: Item, n: number) => Promise<Result>,
): Promise<Result[]> {
  const left = [...items.entries()];
  const results: Result[] = [];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [n, item] = next;
      try {
        results[n] = await work(item, n);
      } catch (error) {
        failures.push(error);
        left.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
