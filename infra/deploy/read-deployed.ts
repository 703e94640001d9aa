import { type FunctionMark, markOf } from './function-mark.ts';
import type { ScfCall } from './scf-call.ts';

/** A function as the list tells it. */
export interface DeployedFunction {
  readonly name: string;
  readonly namespace: string;
  readonly status: string;
  readonly runtime: string;
  /** null: somebody else's. */
  readonly mark: FunctionMark | null;
}

const PAGE = 100;

/** Reads every page. `read` answers one page and how many entries there are in all. */
export async function allPages<T>(read: (offset: number, limit: number) => Promise<{ items: T[]; total: number }>) {
  const all: T[] = [];
  for (;;) {
    const { items, total } = await read(all.length, PAGE);
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}

export async function listNamespaces(call: ScfCall): Promise<string[]> {
  const found = await allPages(async (Offset, Limit) => {
    const { Namespaces = [], TotalCount = 0 } = await call('ListNamespaces', { Offset, Limit });
    return { items: Namespaces, total: TotalCount };
  });
  return found.map(({ Name = '' }) => Name);
}

/** Every function of the namespaces; a namespace that is not there has none. */
export async function listDeployed(call: ScfCall, namespaces: readonly string[]): Promise<DeployedFunction[]> {
  const existing = await listNamespaces(call);
  const lists = await Promise.all(
    namespaces.filter((name) => existing.includes(name)).map((name) => listFunctions(call, name)),
  );
  return lists.flat();
}

async function listFunctions(call: ScfCall, namespace: string): Promise<DeployedFunction[]> {
  const found = await allPages(async (Offset, Limit) => {
    const page = await call('ListFunctions', { Namespace: namespace, Offset, Limit });
    return { items: page.Functions ?? [], total: page.TotalCount ?? 0 };
  });
  return found.map(({ FunctionName = '', Status = '', Runtime = '', Description }) => ({
    name: FunctionName,
    namespace,
    status: Status,
    runtime: Runtime,
    mark: markOf(Description),
  }));
}

/** The domain with its rules, or null. It is looked up in the list, whose answer for a missing one needs no error code. */
export async function findDomain(call: ScfCall, domain: string) {
  const found = await allPages(async (Offset, Limit) => {
    const { Domains = [], Total = 0 } = await call('ListCustomDomains', { Offset, Limit });
    return { items: Domains, total: Total };
  });
  if (!found.some(({ Domain }) => Domain === domain)) return null;
  return call('GetCustomDomain', { Domain: domain });
}
