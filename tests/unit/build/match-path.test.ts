import { describe, expect, it } from 'vitest';
import { isPathRule, matchPath } from '../../../infra/serverless/match-path.ts';

const rules = ['/', '/v1/login', '/v1/*', '/v1/deep/*', '/ops/a'].map((path) => ({ path }));

describe('a path', () => {
  it.each([
    ['/', '/'],
    ['/v1/login', '/v1/login'],
    ['/v1/logout', '/v1/*'],
    ['/v1/deep/er/still', '/v1/deep/*'],
    ['/v1/', '/v1/*'],
    ['/v1', null],
    ['/ops/a', '/ops/a'],
    ['/ops/a/b', null],
    ['/ops/A', null],
    ['/other', null],
  ])('%s is served by %s', (path, expected) => {
    expect(matchPath(rules, path)?.path ?? null).toBe(expected);
  });

  it('that nothing else serves is served by /*', () => {
    expect(matchPath([{ path: '/*' }, ...rules], '/other')?.path).toBe('/*');
  });
});

describe('the grammar of rules', () => {
  it.each(['/', '/*', '/xxx', '/xxx/a', '/xxx/*', '/v1/get-task', '/a/b/c/*'])('has %s', (path) => {
    expect(isPathRule(path)).toBe(true);
  });

  it.each(['', 'xxx', '//', '/xxx/', '/x*', '/*/x', '/{id}', '/:id', '/a?b', '/a b', '/衣', '/a/**'])(
    'has no %s',
    (path) => {
      expect(isPathRule(path)).toBe(false);
    },
  );
});
