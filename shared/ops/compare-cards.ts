import type { Database } from '../db/database.ts';
import { readCardVersion } from './read-card-version.ts';

export interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between two versions of a card. @throws ApiError NOT_FOUND */
export async function compareCards(db: Database, featureId: string, from: number, to: number) {
  const [before, after] = [await readCardVersion(db, featureId, from), await readCardVersion(db, featureId, to)];
  return { featureId, from, to, changes: changesBetween(before, after) };
}

/** Value by value: lists whose items have names by these, others as one value. */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  if (!old || !now) {
    if (sameJson(before, after)) return [];
    return [
      {
        path,
        ...(before !== undefined && { before: toJson(before) }),
        ...(after !== undefined && { after: toJson(after) }),
      },
    ];
  }
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changes = names.flatMap((name) =>
    changesBetween(old.get(name), now.get(name), path === '' ? name : `${path}.${name}`),
  );
  const kept = (of: Map<string, unknown>, other: Map<string, unknown>) =>
    [...of.keys()].filter((one) => other.has(one));
  const isMoved = Array.isArray(after) && kept(old, now).join() !== kept(now, old).join();
  if (!isMoved) return changes;
  return [...changes, { path, before: toJson([...old.keys()]), after: toJson([...now.keys()]) }];
}

/** An object's values, or a list's named items; undefined: it is compared as a whole. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map(nameOf);
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return new Map(value.map((item, n) => [names[n] as string, item]));
}

/** Outputs have no name of their own but their step's: `frames/*`. */
function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item) || typeof item.name !== 'string') return undefined;
  return 'step' in item && typeof item.step === 'string' ? `${item.step}/${item.name}` : item.name;
}

const toJson = (value: unknown): string => JSON.stringify(value);
const sameJson = (a: unknown, b: unknown): boolean => toJson(inOrder(a)) === toJson(inOrder(b));

/** With names in order: which came first means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, inOrder(item)]),
  );
}
