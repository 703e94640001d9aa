import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ENGINES_CONFIG, readEngines } from '../../../shared/engines/read-engines.ts';
import { MODEL_FORMS } from '../../../shared/media/onnx/model-kinds.ts';
import { MODEL_CONFIG, readModel } from '../../../shared/media/onnx/model-setting.ts';
import { catalogueWith, laneOf } from '../../../shared/tasks/processor-catalogue.ts';
import { chooseLocal } from '../../../shared/tasks/provider/choose-engine.ts';

const HASH = 'a1'.repeat(32);

describe('a model of the operator’s', () => {
  const given = {
    CUTOUT_MODEL: `isnet:1024:${HASH}`,
    CUTOUT_MODEL_PATH: '/opt/onnx/isnet.onnx',
    CUTOUT_RUNTIME_PATH: '/opt/onnx/node_modules/onnxruntime-node',
  };

  it('is configured whole or not at all, and named in AI_ENGINES', () => {
    expect(readModel(given, true)).toEqual({
      ...{ kind: 'isnet', side: 1024, sha256: HASH },
      ...{ modelFile: given.CUTOUT_MODEL_PATH, runtimePath: given.CUTOUT_RUNTIME_PATH },
    });
    expect(readModel({}, false)).toBeUndefined();
    expect(() => readModel({}, true)).toThrow('needs CUTOUT_MODEL, CUTOUT_MODEL_PATH, CUTOUT_RUNTIME_PATH');
    expect(() => readModel({ ...given, CUTOUT_MODEL_PATH: '' }, true)).toThrow('needs CUTOUT_MODEL_PATH');
    expect(() => readModel(given, false)).toThrow('AI_ENGINES does not name onnx');
  });

  it('has a kind that is known, a side and a hash', () => {
    const takes = (text: string) => z.safeParse(MODEL_CONFIG.CUTOUT_MODEL, text).success;
    expect(['', `u2net:320:${HASH}`, `cloth:768:${HASH}`, `birefnet:1024:${HASH}`].map(takes)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    const bad = [
      `rmbg:1024:${HASH}`,
      `isnet:0:${HASH}`,
      'isnet:1024',
      `isnet:1024:${HASH.slice(1)}`,
      `isnet:10240:${HASH}`,
    ];
    expect(bad.map(takes)).toEqual(bad.map(() => false));
    expect(z.safeParse(MODEL_CONFIG.CUTOUT_MODEL_PATH, 'isnet.onnx').success).toBe(false);
  });

  it('is read as its kind gives it: a share, a logit, or one of several classes', () => {
    const { isnet, birefnet, cloth } = MODEL_FORMS;
    expect(isnet.garment(Float32Array.of(0.25, 0.75), 1, 2)).toBe(0.75);
    expect(birefnet.garment(Float32Array.of(0, 20), 0, 2)).toBe(0.5);
    expect(birefnet.garment(Float32Array.of(0, 20), 1, 2)).toBeCloseTo(1);
    // Two pixels of ground, upper, lower and whole body: the first is ground for sure, the second is one of the garments.
    const classes = Float32Array.of(...[9, -9], ...[0, 4], ...[0, 4], ...[0, 4]);
    expect(cloth.garment(classes, 0, 2)).toBeLessThan(0.001);
    expect(cloth.garment(classes, 1, 2)).toBeGreaterThan(0.999);
  });
});

describe('whose turn it is in our own function', () => {
  const step = (engines: string[], attempts = 3) => ({ engines, attempts });
  const turns = (engines: string[], configured: string[], attempts = 3) =>
    Array.from({ length: attempts }, (_, begun) => {
      const { engine, isLast } = chooseLocal(step(engines, attempts), new Set(configured), begun);
      return isLast ? `${engine}, the last` : engine;
    });

  it('the model as long as its share of the attempts lasts, then the embedded one', () => {
    expect(turns(['onnx', 'embedded'], ['onnx'])).toEqual(['onnx', 'onnx', 'embedded, the last']);
    expect(turns(['onnx', 'embedded'], ['onnx'], 2)).toEqual(['onnx', 'embedded, the last']);
    expect(turns(['embedded', 'onnx'], ['onnx'], 2)).toEqual(['embedded', 'onnx, the last']);
    expect(turns(['onnx'], ['onnx'], 2)).toEqual(['onnx, the last', 'onnx, the last']);
  });

  it('the embedded one at once where there is no model, and where a plan of old names none', () => {
    expect(turns(['onnx', 'embedded'], [])).toEqual(Array.from({ length: 3 }, () => 'embedded, the last'));
    expect(turns([], [], 1)).toEqual(['embedded, the last']);
    expect(turns(['onnx'], [], 1)).toEqual(['embedded, the last']);
  });

  it('engines elsewhere have their share too', () => {
    expect(turns(['tencent-ci', 'onnx', 'embedded'], ['tencent-ci', 'onnx'])).toEqual([
      ...['onnx', 'onnx', 'embedded, the last'],
    ]);
    expect(turns(['onnx', 'tencent-ci'], ['tencent-ci', 'onnx'], 2)).toEqual(['onnx', 'onnx, the last']);
  });

  it('a step of our own engines needs no other function', () => {
    expect(laneOf({ processor: 'cutout', engines: ['onnx', 'embedded'] })).toBe('image');
    expect(laneOf({ processor: 'cutout', engines: ['onnx', 'tencent-ci'] })).toBe('provider');
    expect(laneOf({ processor: 'upscale', engines: ['onnx'] })).toBe('provider');
  });

  it('a deployment says that it has one by its name, which has no places', () => {
    const takes = (text: string) => z.safeParse(ENGINES_CONFIG.AI_ENGINES, text).success;
    expect([takes('onnx'), takes('onnx,tencent-ci:4'), takes('tencent-ci:4,onnx'), takes('onnx:2')]).toEqual([
      ...[true, true, true, false],
    ]);
    expect([...readEngines('tencent-ci:4,onnx').keys()]).toEqual(['tencent-ci', 'onnx']);
    expect(catalogueWith('onnx').engines).toEqual(['embedded', 'onnx']);
  });
});
