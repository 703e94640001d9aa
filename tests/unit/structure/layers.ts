import type { ImportEdge } from './import-graph.ts';

const PLATFORM = ['config', 'logging', 'db', 'http', 'cos', 'timer', 'invoke'];

/** What each domain may import of the others. `ops` looks after all of them. */
const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  auth: [],
  quota: [],
  features: [],
  engines: [],
  media: [],
  moderation: [],
  membership: ['quota'],
  payments: ['membership', 'quota'],
  tasks: ['membership', 'quota', 'features', 'media', 'moderation', 'engines'],
  growth: ['quota'],
  webhooks: [],
  settings: ['moderation'],
  library: ['features', 'tasks'],
  ops: [
    'auth',
    'engines',
    'growth',
    'quota',
    'features',
    'media',
    'moderation',
    'membership',
    'payments',
    'tasks',
    'library',
    'settings',
  ],
};

type Layer =
  | { readonly kind: 'base' | 'contract' | 'platform' | 'infra' | 'scripts' | 'tests' | 'other' }
  | { readonly kind: 'domain' | 'function' | 'web'; readonly name: string };

export function layerOf(file: string): Layer {
  const parts = file.split('/');
  const [top = '', second = ''] = parts;
  if (top === 'functions') return { kind: 'function', name: parts.slice(1, -1).join('/') };
  if (top === 'web' || top === 'miniprogram') return { kind: 'web', name: top };
  if (top === 'infra' || top === 'scripts' || top === 'tests') return { kind: top };
  if (top !== 'shared') return { kind: 'other' };
  if (parts.length === 2) return { kind: 'base' };
  if (second === 'contract') return { kind: 'contract' };
  if (PLATFORM.includes(second)) return { kind: 'platform' };
  return { kind: 'domain', name: second };
}

/** The edges that point the wrong way, one sentence each. */
export function forbiddenEdges(edges: readonly ImportEdge[]): string[] {
  return edges
    .filter(({ isFile, from, to }) => isFile && !isAllowed(layerOf(from), layerOf(to)))
    .map(({ from, to }) => `${from} must not import ${to}`);
}

const BELOW: Readonly<Record<string, readonly string[]>> = {
  base: ['base'],
  contract: ['contract'],
  platform: ['platform', 'contract', 'base'],
  domain: ['platform', 'contract', 'base'],
  function: ['domain', 'platform', 'contract', 'base'],
  infra: ['infra', 'domain', 'platform', 'contract', 'base'],
  scripts: ['scripts', 'infra', 'domain', 'platform', 'contract', 'base', 'other'],
  tests: ['tests', 'scripts', 'infra', 'function', 'domain', 'platform', 'contract', 'base', 'web', 'other'],
  web: ['contract'],
  other: ['other', 'scripts', 'infra'],
};

function isAllowed(from: Layer, to: Layer): boolean {
  if (from.kind === 'domain' && !(from.name in DOMAINS)) return false;
  if (from.kind === 'domain' && to.kind === 'domain') {
    return from.name === to.name || (DOMAINS[from.name]?.includes(to.name) ?? false);
  }
  const isOwn = (from.kind === 'function' || from.kind === 'web') && to.kind === from.kind && to.name === from.name;
  return isOwn || (BELOW[from.kind]?.includes(to.kind) ?? false);
}

/** Each circle once, as the files along it. */
export function importCycles(edges: readonly ImportEdge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, isFile } of edges) if (isFile) next.set(from, [...(next.get(from) ?? []), to]);
  const finished = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      cycles.push([...path.slice(at), file]);
      return;
    }
    if (finished.has(file)) return;
    path.push(file);
    for (const target of next.get(file) ?? []) visit(target);
    path.pop();
    finished.add(file);
  };
  for (const file of next.keys()) visit(file);
  return cycles;
}
