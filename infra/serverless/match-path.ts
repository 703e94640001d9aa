/** The grammar of a custom domain's path rules: `/`, `/*`, `/xxx`, `/xxx/a`, `/xxx/*`. No `{id}`, no method. */
const PATH_RULE = /^\/(?:\*|[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*(?:\/\*)?)?$/;

export function isPathRule(path: string): boolean {
  return PATH_RULE.test(path);
}

/** The rule that serves `path`: an exact one before a wildcard, of wildcards the longest. */
export function matchPath<Rule extends { readonly path: string }>(rules: readonly Rule[], path: string): Rule | null {
  let best: Rule | null = null;
  for (const rule of rules) {
    if (rule.path === path) return rule;
    const isWildcard = rule.path.endsWith('/*');
    if (isWildcard && path.startsWith(rule.path.slice(0, -1)) && rule.path.length > (best?.path.length ?? 0))
      best = rule;
  }
  return best;
}
