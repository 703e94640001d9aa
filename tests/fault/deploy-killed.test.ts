import { afterEach, describe, expect, it } from 'vitest';
import type { ScfCall } from '../../infra/deploy/scf-call.ts';
import { verifyDeployed } from '../../infra/deploy/verify-deployed.ts';
import type { AccountCall } from '../../scripts/local/tencent-account/create-account.ts';
import { answersToTick, answersToUpload } from '../../scripts/local/tencent-account/serve-from-account.ts';
import { type DeployStage, deployStage, FOUR, wantedOf } from '../fixtures/tencent/deploy-stage.ts';

let stage: DeployStage | undefined;
afterEach(() => stage?.close());

class Killed extends Error {}

/** The process dies at its n-th call, before the request leaves it or after the platform carried it out; then nothing goes out any more. */
function dyingCall(call: ScfCall, at: number, when: 'before' | 'after'): { call: ScfCall; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    call: async (action, request) => {
      count += 1;
      if (count > at) throw new Killed();
      if (count < at) return call(action, request);
      if (when === 'after') await call(action, request);
      throw new Killed();
    },
  };
}

const FIRST = wantedOf();
/** Every kind of change at once: code of all, memory, a cron, a COS rule, a new function with a path, one that goes. */
const { 'get-task': _gone, ...kept } = FOUR;
const SECOND = wantedOf(
  {
    ...kept,
    login: { ...FOUR['login'], memoryMb: 512 },
    'sweep-tasks': { ...FOUR['sweep-tasks'], timers: [{ name: 'sweep', cron: '0 * * * * * *', message: '' }] },
    'start-task': {
      ...FOUR['start-task'],
      cos: [{ bucket: 'photos-1250000000', events: 'cos:ObjectCreated:*', prefix: 'inputs/new/', suffix: '' }],
    },
    'read-task': {
      namespace: 'shop-test',
      http: { path: '/v1/get-task', authType: 'NONE', extranet: true, intranet: false },
    },
  },
  'second',
);

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  '/v1/login': ['login first', 'login second'],
  '/v1/get-task': ['get-task first', 'read-task second'],
};

/** An object that the rule of either release sees. */
const UPLOAD = 'inputs/new/photo.jpg';

/** Either version answers, never an error: to a request, to an upload, to a tick, and each once. */
async function expectServing(place: string): Promise<void> {
  const { scf } = stage!.account;
  for (const [path, allowed] of Object.entries(ANSWERS)) {
    const answer = await stage!.answer(path).then(String, String);
    expect(allowed, `${place}: ${path}`).toContain(answer);
  }
  const ticks = await answersToTick(scf, 'sweep').catch(String);
  expect([['sweep-tasks first'], ['sweep-tasks second']], `${place}: a tick`).toContainEqual(ticks);
  const uploads = await answersToUpload(scf, UPLOAD).catch(String);
  const whole = [['start-task first'], ['start-task second']];
  expect(isBetweenRules() ? [[], ...whole] : whole, `${place}: an upload`).toContainEqual(uploads);
}

/** A COS rule has no update, and two that overlap are refused: between the two calls an upload is missed, and the sweeper finds it. */
function isBetweenRules(): boolean {
  const isOfRule = ({ action, payload }: AccountCall) =>
    (action === 'CreateTrigger' || action === 'DeleteTrigger') && payload['Type'] === 'cos';
  return stage!.account.calls.findLast(isOfRule)?.action === 'DeleteTrigger';
}

async function expectComplete(wanted: typeof FIRST, place: string): Promise<void> {
  const domain = { wanted: wanted.customDomain, namespaces: wanted.namespaces };
  expect(await verifyDeployed(stage!.call, wanted.functions, domain), place).toEqual([]);
  const names = stage!.account.scf.functions.map(({ name }) => name).sort();
  expect(names, place).toEqual(wanted.functions.map(({ name }) => name).sort());
}

/** Sets an account's SCF back to what it was, so that what stands need not be deployed anew for each death. */
function rewinding({ scf }: DeployStage['account']): () => void {
  const kept = copyOf(scf);
  return () => {
    const { functions, domains, layers, namespaces } = copyOf(kept);
    scf.functions.splice(0, scf.functions.length, ...functions);
    const refill = <Key, Value>(into: Map<Key, Value>, from: ReadonlyMap<Key, Value>) => {
      into.clear();
      for (const [key, value] of from) into.set(key, value);
    };
    refill(scf.domains, domains);
    refill(scf.layers, layers);
    scf.namespaces.clear();
    for (const name of namespaces) scf.namespaces.add(name);
  };
}

type Scf = Pick<DeployStage['account']['scf'], 'functions' | 'domains' | 'layers' | 'namespaces'>;

/** What changes is copied; snapshots of code and configuration never do. */
const copyOf = ({ functions, domains, layers, namespaces }: Scf): Scf => ({
  functions: functions.map((one) => ({
    ...one,
    versions: [...one.versions],
    aliases: new Map(one.aliases),
    triggers: [...one.triggers],
    async: { ...one.async },
  })),
  domains: new Map(domains),
  layers: new Map([...layers].map(([name, layer]) => [name, { ...layer, versions: [...layer.versions] }])),
  namespaces: new Set(namespaces),
});

/** How many calls the whole deploy makes. */
async function countCalls(before: typeof FIRST | null, wanted: typeof FIRST): Promise<number> {
  stage = await deployStage();
  if (before) await stage.deploy(before);
  const { call, count } = dyingCall(stage.call, Number.POSITIVE_INFINITY, 'before');
  await stage.deploy(wanted, { call });
  await stage.close();
  return count();
}

describe('a deploy that is killed at any of its API calls', () => {
  it.each(['before', 'after'] as const)('to an empty account, %s the call: the next run completes it', async (when) => {
    const calls = await countCalls(null, FIRST);
    expect(calls).toBeGreaterThan(60);
    stage = await deployStage();
    const rewind = rewinding(stage.account);
    for (let at = 1; at <= calls; at += when === 'before' ? 3 : 1) {
      rewind();
      const dying = dyingCall(stage.call, at, when);
      await stage.deploy(FIRST, { call: dying.call }).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      await stage.deploy(FIRST);
      await expectComplete(FIRST, `killed ${when} call ${at}`);
    }
  });

  it.each(['before', 'after'] as const)(
    'over one that serves, %s the call: the old or the new version answers all the time, and the next run completes it',
    async (when) => {
      const calls = await countCalls(FIRST, SECOND);
      expect(calls).toBeGreaterThan(60);
      stage = await deployStage();
      await stage.deploy(FIRST);
      const rewind = rewinding(stage.account);
      for (let at = 1; at <= calls; at++) {
        const place = `killed ${when} call ${at}`;
        rewind();
        const watched = async () => expectServing(place);
        const dying = dyingCall(watching(stage.call, watched), at, when);
        await stage
          .deploy(SECOND, { call: dying.call })
          .catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
        await expectServing(place);
        await stage.deploy(SECOND, { call: watching(stage.call, watched) });
        await expectComplete(SECOND, place);
      }
    },
  );
});

describe('the look at what serves', () => {
  it('would see a deploy that wrote over the version which serves', async () => {
    stage = await deployStage();
    await stage.deploy(FIRST);
    for (const one of stage.account.scf.functions) one.aliases.set('$DEFAULT', '$LATEST');
    const look = () => expectServing('with the alias on $LATEST');
    await expect(stage.deploy(SECOND, { call: watching(stage.call, look) })).resolves.toMatchObject({
      failed: expect.arrayContaining([expect.objectContaining({ name: 'login' })]),
    });
  });

  it.each([
    ['a rule that was never set again', 'start-task', 'an upload'],
    ['a timer that is gone', 'sweep-tasks', 'a tick'],
  ])('would see %s', async (_what, name, reached) => {
    stage = await deployStage();
    await stage.deploy(FIRST);
    stage.account.scf.functions.find((one) => one.name === name)!.triggers.splice(0);
    await expect(expectServing('here')).rejects.toThrow(`here: ${reached}`);
  });

  it('would see an upload that two functions are told of', async () => {
    stage = await deployStage();
    await stage.deploy(FIRST);
    const [rule] = stage.account.scf.functions.find(({ name }) => name === 'start-task')!.triggers;
    stage.account.scf.functions.find(({ name }) => name === 'login')!.triggers.push(rule!);
    await expect(expectServing('here')).rejects.toThrow('here: an upload');
  });
});

/** Looks after each call that changes something. */
function watching(call: ScfCall, look: () => Promise<void>): ScfCall {
  return async (action, request) => {
    const answer = await call(action, request);
    if (!/^(Get|List)/.test(action)) await look();
    return answer;
  };
}
