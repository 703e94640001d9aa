import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releaseAt, versionText } from '../../../infra/deploy/function-mark.ts';
import { removeService } from '../../../infra/deploy/remove-service.ts';
import { rollBack } from '../../../infra/deploy/roll-back.ts';
import { verifyDeployed } from '../../../infra/deploy/verify-deployed.ts';
import { type DeployStage, deployStage, FOUR, NAMESPACES, wantedOf } from '../../fixtures/tencent/deploy-stage.ts';

let stage: DeployStage;
beforeEach(async () => {
  stage = await deployStage();
});
afterEach(() => stage.close());

const actionsSince = (count: number): string[] => stage.account.calls.slice(count).map(({ action }) => action);
const isWrite = (action: string) => !/^(Get|List)/.test(action);
const touched = (count: number): string[] => [
  ...new Set(
    stage.account.calls
      .slice(count)
      .filter(({ action }) => isWrite(action))
      .map(({ payload }) => String(payload['FunctionName'] ?? payload['Domain'])),
  ),
];
const problems = (wanted = wantedOf()) =>
  verifyDeployed(stage.call, wanted.functions, { wanted: wanted.customDomain, namespaces: wanted.namespaces });

describe('a deploy to an empty account', () => {
  it('makes every function with its triggers, limits and path, and reads it all back', async () => {
    const outcome = await stage.deploy(wantedOf());
    expect(outcome).toMatchObject({ failed: [], skipped: [] });
    expect(await stage.answer('/v1/login')).toBe('login first');
    expect(await stage.answer('/v1/get-task')).toBe('get-task first');
    const start = stage.account.scf.functions.find(({ name }) => name === 'start-task')!;
    expect(start.triggers).toMatchObject([
      {
        type: 'cos',
        name: 'photos-1250000000.cos.ap-guangzhou.myqcloud.com',
        description: '{"event":"cos:ObjectCreated:*","filter":{"Prefix":"inputs/","Suffix":""}}',
        qualifier: '$DEFAULT',
      },
    ]);
    const login = stage.account.scf.functions.find(({ name }) => name === 'login')!;
    expect(login).toMatchObject({ reservedMb: 512, latest: { ignoreSysLog: true } });
    expect(await problems()).toEqual([]);
  });

  it('prints the plan first, and a dry run stops there', async () => {
    await stage.deploy(wantedOf(), { dryRun: true });
    expect(stage.lines).toEqual([
      '+ namespace shop-test',
      '+ namespace shop-test-events',
      '+ shop-test/login',
      '+ shop-test/get-task',
      '+ shop-test-events/start-task',
      '+ shop-test-events/sweep-tasks',
      '+ domain api.example.com +/v1/login +/v1/get-task',
    ]);
    expect(actionsSince(0).filter(isWrite)).toEqual([]);
  });
});

describe('a deploy over one that stands', () => {
  beforeEach(async () => {
    await stage.deploy(wantedOf());
    stage.lines.length = 0;
  });

  it('of the same reads and writes nothing', async () => {
    const before = stage.account.calls.length;
    await stage.deploy(wantedOf());
    expect(actionsSince(before).filter(isWrite)).toEqual([]);
    expect(actionsSince(before).length).toBeLessThan(8);
    expect(stage.lines).toEqual(['= 4 functions unchanged']);
  });

  it('touches the one function that changed', async () => {
    const next = wantedOf({ ...FOUR, login: { ...FOUR['login'], memoryMb: 512 } });
    const before = stage.account.calls.length;
    await stage.deploy(next);
    expect(touched(before)).toEqual(['login']);
    expect(await problems(next)).toEqual([]);
  });

  it('writes a trigger anew without touching the code', async () => {
    const next = wantedOf({
      ...FOUR,
      'sweep-tasks': { ...FOUR['sweep-tasks'], timers: [{ name: 'sweep', cron: '0 * * * * * *', message: '' }] },
      'start-task': {
        ...FOUR['start-task'],
        cos: [{ bucket: 'photos-1250000000', events: 'cos:ObjectCreated:*', prefix: 'inputs/new/', suffix: '' }],
      },
    });
    await stage.deploy(next);
    expect(await problems(next)).toEqual([]);
  });

  it('sets where given-up events go, and sees a queue that nobody wants', async () => {
    const dead = { ...FOUR, 'start-task': { ...FOUR['start-task'], deadLetter: { type: 'CMQ-QUEUE', name: 'lost' } } };
    await stage.deploy(wantedOf(dead));
    expect(await problems(wantedOf(dead))).toEqual([]);
    const start = stage.account.scf.functions.find(({ name }) => name === 'start-task')!;
    expect(start.latest.deadLetter).toEqual({ type: 'CMQ-QUEUE', name: 'lost' });
    await stage.deploy(wantedOf());
    expect(await problems()).toEqual(['shop-test-events/start-task: dead letter is CMQ-QUEUE/lost, not none']);
  });

  it('removes what is no longer wanted, after its path is gone', async () => {
    const { 'get-task': _gone, ...rest } = FOUR;
    await stage.deploy(wantedOf(rest));
    expect(stage.account.scf.functions.map(({ name }) => name)).not.toContain('get-task');
    const writes = stage.account.calls.map(({ action }) => action).filter(isWrite);
    expect(writes.indexOf('UpdateCustomDomain')).toBeLessThan(writes.lastIndexOf('DeleteFunction'));
    await expect(stage.answer('/v1/get-task')).rejects.toThrow('no rule');
  });

  it("keeps another service's rules of the domain, and refuses to take its path", async () => {
    const { scf } = stage.account;
    await stage.call('CreateNamespace', { Namespace: 'other' });
    const foreign = { ...scf.functions[0]!, namespace: 'other' };
    scf.functions.push(foreign);
    const domain = scf.domains.get('api.example.com')!;
    const rule = { Namespace: 'other', FunctionName: foreign.name, Qualifier: '$DEFAULT', PathMatch: '/other' };
    scf.domains.set(domain.name, { ...domain, endpoints: [...domain.endpoints, rule] });
    await stage.deploy(wantedOf({ ...FOUR, logout: { namespace: 'shop-test', http: urlOf('/v1/logout') } }));
    expect(
      scf.domains
        .get('api.example.com')!
        .endpoints.map(({ PathMatch }) => PathMatch)
        .sort(),
    ).toEqual(['/other', '/v1/get-task', '/v1/login', '/v1/logout']);
    const thief = wantedOf({ ...FOUR, logout: { namespace: 'shop-test', http: urlOf('/other') } });
    await expect(stage.deploy(thief)).rejects.toThrow('api.example.com/other leads to a function of another service');
  });

  it('refuses a function of that name which somebody else made, and changes nothing', async () => {
    stage.account.scf.functions[0]!.latest = { ...stage.account.scf.functions[0]!.latest, description: 'mine' };
    const before = stage.account.calls.length;
    await expect(stage.deploy(wantedOf(FOUR, 'second'))).rejects.toThrow('was not made by this service');
    expect(actionsSince(before).filter(isWrite)).toEqual([]);
  });

  it('sees what was changed behind its back when it verifies', async () => {
    const [login, getTask] = stage.account.scf.functions;
    login!.aliases.set('$DEFAULT', '$LATEST');
    getTask!.triggers.splice(0);
    getTask!.reservedMb = 1024;
    expect(await problems()).toEqual([
      'shop-test/login: version $LATEST serves, which is not what was built here',
      'shop-test/get-task: http function-url is not set',
      'shop-test/get-task: 1024 MB are reserved, not 0',
    ]);
  });

  it('sees a way out to the channels that was closed, or was given an address of its own', async () => {
    const first = wantedOf(FOUR, 'with a VPC');
    const PublicNetConfig = { PublicNetStatus: 'ENABLE', EipConfig: { EipStatus: 'DISABLE' } };
    const functions = first.functions.map((one) => ({
      ...one,
      configuration: { ...one.configuration, PublicNetConfig },
    }));
    const wanted = { ...first, functions };
    await stage.deploy(wanted);
    expect(await problems(wanted)).toEqual([]);
    const [login, getTask] = stage.account.scf.functions;
    const change = (one: typeof login, publicNet: { status: string; eip: string }) => {
      const live = one!.versions.at(-1)!;
      one!.versions[one!.versions.length - 1] = { ...live, snapshot: { ...live.snapshot, publicNet } };
    };
    change(login, { status: 'DISABLE', eip: 'DISABLE' });
    change(getTask, { status: 'ENABLE', eip: 'ENABLE' });
    expect(await problems(wanted)).toEqual([
      'shop-test/login: way out is DISABLE, fixed address DISABLE, not ENABLE, fixed address DISABLE',
      'shop-test/get-task: way out is ENABLE, fixed address ENABLE, not ENABLE, fixed address DISABLE',
    ]);
  });

  it('goes back over a list of versions that takes two pages', async () => {
    const login = stage.account.scf.functions.find(({ name }) => name === 'login')!;
    const [first] = login.versions;
    for (let n = 2; n <= 130; n++) {
      const description = versionText('0123456789abcdef', releaseAt(Date.UTC(2026, 3, 1) + n * 60_000));
      login.versions.push({ ...first!, number: String(n), description });
    }
    login.aliases.set('$DEFAULT', '130');
    const say = (line: string) => stage.lines.push(line);
    expect(await rollBack(NAMESPACES, { call: stage.call, timing: stage.timing, say })).toEqual(['login']);
    expect(stage.lines).toContain('✓ login version 130 → 129');
  });

  it('of one function leaves the others and the domain alone', async () => {
    const before = stage.account.calls.length;
    await stage.deploy(wantedOf(FOUR, 'second', { only: ['login'] }));
    expect(touched(before)).toEqual(['login']);
    expect(await stage.answer('/v1/login')).toBe('login second');
    expect(await stage.answer('/v1/get-task')).toBe('get-task first');
  });

  it('goes back by moving aliases, only of what the last release changed; the next deploy brings it again', async () => {
    const second = wantedOf({ ...FOUR, login: { ...FOUR['login'], memoryMb: 512 } }, 'first');
    await stage.deploy(second);
    const before = stage.account.calls.length;
    const say = (line: string) => stage.lines.push(line);
    expect(await rollBack(NAMESPACES, { call: stage.call, timing: stage.timing, say })).toEqual(['login']);
    expect(touched(before)).toEqual(['login']);
    expect(stage.account.scf.functions.find(({ name }) => name === 'login')!.aliases.get('$DEFAULT')).toBe('1');
    await expect(rollBack(NAMESPACES, { call: stage.call, timing: stage.timing, say })).rejects.toThrow(
      'no earlier release',
    );
    await stage.deploy(second);
    expect(stage.account.scf.functions.find(({ name }) => name === 'login')!.aliases.get('$DEFAULT')).toBe('3');
    expect(await problems(second)).toEqual([]);
  });

  it('is taken away without a trace, but for what is not ours', async () => {
    const { customDomain, namespaces } = wantedOf();
    const options = { call: stage.call, timing: stage.timing, say: (line: string) => stage.lines.push(line) };
    const service = { customDomain, namespaces, layerPrefix: 'shop-test-' };
    await removeService(service, options);
    const { functions, domains, namespaces: left, layers } = stage.account.scf;
    expect([functions, [...domains], [...left], [...layers]]).toEqual([[], [], ['default'], []]);
    await removeService(service, options);
  });
});

const urlOf = (path: string) => ({ path, authType: 'NONE' as const, extranet: true, intranet: false });
