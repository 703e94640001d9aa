import { afterEach, describe, expect, it } from 'vitest';
import { verifyDeployed } from '../../../infra/deploy/verify-deployed.ts';
import type { Fault } from '../../../scripts/local/tencent-account/create-account.ts';
import { type DeployStage, deployStage, FOUR, wantedOf } from '../../fixtures/tencent/deploy-stage.ts';

let stage: DeployStage;
afterEach(() => stage.close());

const verify = (wanted: ReturnType<typeof wantedOf>) =>
  verifyDeployed(stage.call, wanted.functions, { wanted: wanted.customDomain, namespaces: wanted.namespaces });

describe('a deploy while the platform falters', () => {
  it.each<[string, Fault]>([
    ['refuses for too many calls', { refuse: 'RequestLimitExceeded' }],
    ['has an error of its own', { refuse: 'InternalError' }],
    ['has the function in other hands', { refuse: 'FailedOperation.FunctionStatusError' }],
    ['loses the request', 'cut-before'],
    ['does it and loses the answer', 'cut-after'],
  ])('every fifth call %s: it ends as wanted, in one run', async (_what, fault) => {
    let faulty = true;
    let struck = 0;
    stage = await deployStage({
      fault: (_call, number) => {
        if (!faulty || number % 5 !== 0) return undefined;
        struck += 1;
        return fault;
      },
    });
    expect(await stage.deploy(wantedOf())).toMatchObject({ failed: [], skipped: [] });
    const second = wantedOf({ ...FOUR, login: { ...FOUR['login'], memoryMb: 512 } }, 'second');
    expect(await stage.deploy(second)).toMatchObject({ failed: [], skipped: [] });
    faulty = false;
    expect(struck).toBeGreaterThan(20);
    expect(await verify(second)).toEqual([]);
    expect(await stage.answer('/v1/login')).toBe('login second');
  });

  it('says of each function what became of it, and leaves domain and removals for the next run', async () => {
    let broken = false;
    stage = await deployStage({
      fault: ({ action, payload }) =>
        broken && action === 'UpdateFunctionCode' && payload['FunctionName'] === 'login'
          ? { refuse: 'FailedOperation.CodeStorage' }
          : undefined,
    });
    await stage.deploy(wantedOf());
    broken = true;
    const { 'get-task': _gone, ...rest } = FOUR;
    const next = wantedOf(rest, 'second');
    const outcome = await stage.deploy(next);
    expect([...outcome.done].sort()).toEqual(['start-task', 'sweep-tasks']);
    expect(outcome.failed).toMatchObject([{ name: 'login', error: { code: 'FailedOperation.CodeStorage' } }]);
    expect(outcome.skipped).toEqual(['domain api.example.com', 'removal of get-task']);
    expect(stage.lines).toContain('✗ login: FailedOperation.CodeStorage: A fault on purpose.');
    expect(await stage.answer('/v1/login')).toBe('login first');
    expect(await stage.answer('/v1/get-task')).toBe('get-task first');
    broken = false;
    stage.lines.length = 0;
    await stage.deploy(next);
    expect(stage.lines).toContain('~ fixtures-test/login (its last deploy did not end)'.replace('fixtures', 'shop'));
    expect(await verify(next)).toEqual([]);
  });

  it('makes again a function whose creation failed', async () => {
    stage = await deployStage();
    const { scf } = stage.account;
    await stage.deploy(wantedOf());
    const login = scf.functions.find(({ name }) => name === 'login')!;
    scf.domains.clear();
    login.status = { during: 'CreateFailed', untilMs: 0, after: 'CreateFailed' };
    expect(await stage.deploy(wantedOf())).toMatchObject({ failed: [], done: ['login', 'domain api.example.com'] });
    expect(await verify(wantedOf())).toEqual([]);
  });

  it('does not wait for ever, and names what it waited for', async () => {
    stage = await deployStage({ takesMs: 3_600_000 });
    const { failed } = await stage.deploy(wantedOf());
    expect(failed.map(({ error }) => String(error))).toContainEqual(
      expect.stringContaining('shop-test/login is still Creating after 5 minutes'),
    );
  });

  it('keeps within 20 calls a second of each action, with many functions', async () => {
    stage = await deployStage();
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`fn-${n}-x`, { namespace: 'shop-test', timers: [] }]),
    );
    expect(await stage.deploy(wantedOf(many, 'first', { customDomain: null }))).toMatchObject({ failed: [] });
    expect(await stage.deploy(wantedOf(many, 'second', { customDomain: null }))).toMatchObject({ failed: [] });
    expect(stage.account.throttled()).toBe(0);
  });
});
