export const stageNames = ['static', 'unit', 'integration', 'mysql9', 'e2e', 'browser', 'property', 'fault'] as const;
export type StageName = (typeof stageNames)[number];

/** `--only unit,static`; without arguments every stage. Throws a TypeError that names the stages. */
export function parseSelection(args: readonly string[]): ReadonlySet<StageName> {
  if (args.length === 0) return new Set(stageNames);
  const names = args.length === 2 && args[0] === '--only' ? (args[1] ?? '').split(',') : [];
  const known = names.filter((name): name is StageName => (stageNames as readonly string[]).includes(name));
  if (known.length === 0 || known.length < names.length) {
    throw new TypeError(`usage: npm test [-- --only ${stageNames.join(',')}]`);
  }
  return new Set(known);
}
