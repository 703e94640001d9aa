import { describe, expect, it } from 'vitest';
import { inputKey, outputKey, parseInputKey, parseOutputKey, parseWorkKey, workKey } from '../../../shared/cos/keys.ts';

const taskId = 'tsk_01JDEXAMP0E0AB1CD2EF3GH4JK';
const work = { lane: 'image', taskId, step: 'cut-out', unit: '0' } as const;
const output = {
  taskId,
  step: 'storyboard',
  unit: 'all',
  leaseId: 'lse_01JDEXAMP0E0AB1CD2EF3GH4JK',
  name: 'frame-01.jpg',
};

describe('object keys', () => {
  it('are read back as they were built', () => {
    expect(inputKey({ taskId, index: 0 })).toBe(`inputs/${taskId}/0`);
    expect(parseInputKey(inputKey({ taskId, index: 12 }))).toEqual({ taskId, index: 12 });
    expect(workKey(work)).toBe(`work/image/${taskId}/cut-out/0.json`);
    expect(parseWorkKey(workKey(work))).toEqual(work);
    expect(parseWorkKey(workKey({ ...work, lane: 'provider' }))?.lane).toBe('provider');
    expect(parseOutputKey(outputKey(output))).toEqual(output);
  });

  it.each([
    '',
    'inputs/',
    `inputs/${taskId}`,
    `inputs/${taskId}/`,
    `inputs/${taskId}/-1`,
    `inputs/${taskId}/01`,
    `inputs/${taskId}/100`,
    `inputs/${taskId}/0/x`,
    `inputs/${taskId}/0\n`,
    `/inputs/${taskId}/0`,
    `inputs/../${taskId}/0`,
    `inputs/${taskId.toLowerCase()}/0`,
    `inputs/${taskId}I/0`,
    `work/video/${taskId}/cut-out/0.json`,
    `work/image/${taskId}/cut-out/0`,
    `work/image/${taskId}/../0.json`,
    `work/image/${taskId}/a/b/0.json`,
    `outputs/${taskId}/s/u/l/`,
    `outputs/${taskId}/s/u/l/..`,
    `outputs/${taskId}/s/u/l/.hidden`,
    `outputs/${taskId}/s/u/l/a%2fb.jpg`,
    `outputs/${taskId}/s/u/name.jpg`,
  ])('that are not ours are nobody’s: %j', (key) => {
    expect([parseInputKey(key), parseWorkKey(key), parseOutputKey(key)]).toEqual([undefined, undefined, undefined]);
  });

  it('cannot be built from parts that would not be read back', () => {
    expect(() => inputKey({ taskId: '../x', index: 0 })).toThrow(TypeError);
    expect(() => inputKey({ taskId, index: 1.5 })).toThrow(TypeError);
    expect(() => workKey({ ...work, unit: 'a/b' })).toThrow(TypeError);
    expect(() => outputKey({ ...output, name: '../x.jpg' })).toThrow(TypeError);
  });
});
