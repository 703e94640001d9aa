import { describe, expect, it } from 'vitest';
import { EngineFailure } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import { chooseEngine, chooseLocal, passedOn } from '../../../shared/tasks/provider/choose-engine.ts';

const engine = (name: string): OpenEngine => ({
  ...{ name, places: 1, submit: () => Promise.reject(new Error('not asked')) },
  poll: () => Promise.reject(new Error('not asked')),
});
const [mps, ci] = [engine('tencent-mps'), engine('tencent-ci')];
const nameOf = (turn: ReturnType<typeof chooseEngine>): string => (typeof turn === 'string' ? turn : turn.name);

describe('whose turn an attempt is', () => {
  const both = { engines: ['tencent-mps', 'tencent-ci', 'embedded'], attempts: 6 };
  it.each([
    // Each has its share of the attempts, the first the first ones.
    { begun: [0, 1], turn: 'tencent-mps' },
    { begun: [2, 3], turn: 'tencent-ci' },
    { begun: [4, 5, 6, 99], turn: 'embedded' },
  ])('of three after $begun is that of $turn', ({ begun, turn }) => {
    const turns = begun.map((n) => nameOf(chooseEngine(both, { engines: [ci, mps] }, n, new Set())));
    expect(turns).toEqual(begun.map(() => turn));
  });

  it.each([
    { engines: ['tencent-mps', 'embedded'], attempts: 3, turns: ['tencent-mps', 'tencent-mps', 'embedded'] },
    { engines: ['tencent-mps', 'embedded'], attempts: 1, turns: ['tencent-mps', 'embedded', 'embedded'] },
    { engines: ['onnx', 'tencent-ci'], attempts: 2, turns: ['tencent-ci', 'tencent-ci', 'tencent-ci'] },
    { engines: ['tencent-vclm', 'tencent-ci'], attempts: 2, turns: ['tencent-ci', 'tencent-ci', 'tencent-ci'] },
    { engines: ['tencent-vclm', 'onnx'], attempts: 2, turns: ['none', 'none', 'none'] },
    { engines: undefined, attempts: 2, turns: ['none', 'none', 'none'] },
  ])('of $engines with $attempts attempts is $turns, by what is configured', ({ engines, attempts, turns }) => {
    const configured = { engines: [mps, ci] };
    const chosen = [0, 1, 2].map((n) => nameOf(chooseEngine({ engines, attempts }, configured, n, new Set())));
    expect(chosen).toEqual(turns);
  });

  it('is the model’s where there is one', () => {
    const step = { engines: ['onnx', 'embedded'], attempts: 2 };
    const turns = (hasModel?: boolean) =>
      [0, 1].map((n) => nameOf(chooseEngine(step, { engines: [], hasModel }, n, new Set())));
    expect([turns(true), turns(false), turns()]).toEqual([
      ['onnx', 'embedded'],
      ['embedded', 'embedded'],
      ['embedded', 'embedded'],
    ]);
  });

  it('is given on by one that rests, never back; ours never rests', () => {
    const at = (begun: number, ...resting: string[]) =>
      nameOf(chooseEngine(both, { engines: [mps, ci] }, begun, new Set(resting)));
    expect([at(0, 'tencent-mps'), at(0, 'tencent-mps', 'tencent-ci'), at(2, 'tencent-ci')]).toEqual([
      ...['tencent-ci', 'embedded', 'embedded'],
    ]);
    expect(at(4, 'embedded')).toBe('embedded');
    const elsewhere = { engines: ['tencent-mps', 'tencent-ci'], attempts: 2 };
    expect(nameOf(chooseEngine(elsewhere, { engines: [mps, ci] }, 1, new Set(['tencent-ci'])))).toBe('resting');
  });
});

describe('which of our own it is', () => {
  it.each([
    { engines: ['embedded', 'onnx'], configured: ['onnx'], begun: 0, engine: 'embedded', isLast: false },
    { engines: ['embedded', 'onnx'], configured: ['onnx'], begun: 1, engine: 'onnx', isLast: true },
    { engines: ['embedded', 'onnx'], configured: ['onnx'], begun: 9, engine: 'onnx', isLast: true },
    { engines: ['embedded', 'onnx'], configured: [], begun: 1, engine: 'embedded', isLast: true },
    // Its share is over, but those elsewhere are asked by another function: ours is what is left.
    { engines: ['onnx', 'tencent-ci'], configured: ['onnx', 'tencent-ci'], begun: 1, engine: 'onnx', isLast: true },
    { engines: ['embedded', 'tencent-ci'], configured: ['tencent-ci'], begun: 0, engine: 'embedded', isLast: false },
    { engines: ['tencent-ci', 'embedded'], configured: ['tencent-ci'], begun: 0, engine: 'embedded', isLast: true },
    { engines: ['tencent-ci'], configured: ['tencent-ci'], begun: 0, engine: 'embedded', isLast: true },
    { engines: [], configured: [], begun: 0, engine: 'embedded', isLast: true },
    { engines: undefined, configured: ['onnx'], begun: 0, engine: 'embedded', isLast: true },
  ])(
    'of $engines, $configured configured, after $begun: $engine, last: $isLast',
    ({ engines, configured, begun, ...is }) => {
      expect(chooseLocal({ engines, attempts: 2 }, new Set(configured), begun)).toEqual(is);
    },
  );
});

describe('a picture that an engine cannot take', () => {
  const failure = new EngineFailure('FailedOperation.ImageSizeExceed', false);
  const step = { engines: ['tencent-ci', 'tencent-mps'], attempts: 2 };
  const all = { engines: [ci, mps] };

  it('is one for those after it', () => {
    const passed = passedOn(failure, step, all, 'tencent-ci');
    expect(passed).toMatchObject({ code: failure.code, retryable: true, cause: failure });
    const ours = passedOn(failure, { ...step, engines: ['tencent-ci', 'embedded'] }, all, 'tencent-ci');
    expect(ours.retryable).toBe(true);
  });

  it.each([
    ['the last of all', step, all, 'tencent-mps'],
    ['the only one that is configured', step, { engines: [ci] }, 'tencent-ci'],
    ['one of a step that none is configured for', step, { engines: [] }, 'tencent-ci'],
    ['one of no step', undefined, all, 'tencent-ci'],
  ] as const)('is a failure as it is of %s', (_name, at, configured, name) => {
    expect(passedOn(failure, at, configured, name)).toBe(failure);
  });

  it('is no other failure, and none that may be tried again', () => {
    const again = new EngineFailure(failure.code, true);
    const other = new EngineFailure('AuthFailure', false);
    expect(passedOn(again, step, all, 'tencent-ci')).toBe(again);
    expect(passedOn(other, step, all, 'tencent-ci')).toBe(other);
  });
});
