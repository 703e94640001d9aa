import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GATEWAY_FILE } from '../../../scripts/contract/build-openapi.ts';
import { gatewayRoutes } from '../../../scripts/contract/gateway-routes.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';

interface Routes {
  readonly services: readonly [{ readonly routes: readonly { name: string; paths: string[]; methods: string[] }[] }];
}

/** The route that Kong would take for a request. */
function routeOf({ services: [{ routes }] }: Routes, method: string, path: string): string | undefined {
  const fits = (pattern: string) => new RegExp(`^${pattern.slice(1)}`).test(path);
  return routes.find(({ paths, methods }) => methods.includes(method) && paths.some(fits))?.name;
}

describe('infra/gateway/kong.yaml', () => {
  const text = readFileSync(GATEWAY_FILE, 'utf8');
  const routes = parse(text) as Routes;

  it('is what the contract says now (npm run openapi)', () => {
    expect(text).toBe(gatewayRoutes(OPERATIONS));
  });

  it('leads each operation to its own route, and nothing else anywhere', () => {
    for (const { name, method, path } of OPERATIONS) expect(routeOf(routes, method, path)).toBe(name);
    expect(routeOf(routes, 'OPTIONS', '/v1/login')).toBe('login');
    expect(routeOf(routes, 'GET', '/v1/login')).toBeUndefined();
    expect(routeOf(routes, 'POST', '/v1/login/more')).toBeUndefined();
    expect(routeOf(routes, 'POST', '/v1/loginx')).toBeUndefined();
  });

  it('would differ after a change of a path', () => {
    const changed = OPERATIONS.map((one) => (one.name === 'login' ? { ...one, path: '/v1/sign-in' } : one));
    expect(gatewayRoutes(changed)).not.toBe(text);
  });
});
