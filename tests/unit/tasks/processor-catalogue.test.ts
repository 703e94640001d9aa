import { describe, expect, it } from 'vitest';
import { CATALOGUE, catalogueWith, laneOf } from '../../../shared/tasks/processor-catalogue.ts';

const ONE = { min: 1, max: 1 };

describe('what a card may name', () => {
  it.each([
    {
      name: 'basic-clean',
      inputs: { photo: ONE },
      files: ['cutout.png', 'white.jpg', 'enhanced.jpg'],
      engines: ['embedded', 'onnx'],
    },
    {
      name: 'model-try-on',
      inputs: { garment: ONE },
      files: ['result.jpg'],
      engines: ['tencent-mps', 'tencent-aiart'],
    },
    { name: 'video-generate', inputs: { photo: ONE }, files: ['video.mp4'], engines: ['tencent-vclm'] },
    { name: 'replace-background', inputs: { photo: ONE }, files: ['result.jpg'], engines: ['tencent-aiart'] },
    { name: 'upscale', inputs: { photo: ONE }, files: ['upscaled.jpg'], engines: ['tencent-ci'] },
    { name: 'repair', inputs: { photo: ONE, mask: ONE }, files: ['repaired.jpg'], engines: ['tencent-ci'] },
  ])('$name takes $inputs and makes $files, by $engines', ({ name, inputs, files, engines }) => {
    const { params: _, ...said } = CATALOGUE.processors[name]!;
    expect(said).toEqual({ inputs, files, engines });
  });

  it.each([
    { name: 'cutout', engines: ['embedded', 'onnx', 'tencent-ci'] },
    { name: 'enhance', engines: ['embedded', 'tencent-ci'] },
    { name: 'white-background', engines: ['embedded'] },
    { name: 'video-merge', engines: ['embedded'] },
  ])('$name is done by $engines', ({ name, engines }) => {
    expect(CATALOGUE.processors[name]?.engines).toEqual(engines);
  });

  it('is done by our own function, and by the engines that this deployment has', () => {
    expect(CATALOGUE.engines).toEqual(['embedded']);
    expect(catalogueWith(undefined).engines).toEqual(['embedded']);
    expect(catalogueWith('tencent-ci:2,onnx')).toEqual({ ...CATALOGUE, engines: ['embedded', 'tencent-ci', 'onnx'] });
  });
});

describe('the function that a step wakes', () => {
  it.each([
    [{ processor: 'cutout' }, 'image'],
    [{ processor: 'cutout', engines: ['embedded', 'onnx'] }, 'image'],
    [{ processor: 'cutout', engines: ['embedded', 'tencent-ci'] }, 'provider'],
    [{ processor: 'upscale' }, 'provider'],
    [{ processor: 'upscale', engines: ['embedded'] }, 'provider'],
    [{ processor: 'toString' }, 'image'],
  ] as const)('of %o is that for %s', (at, lane) => {
    expect(laneOf(at)).toBe(lane);
  });
});
