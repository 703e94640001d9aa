import type { ModelKind } from './model-setting.ts';

type Triple = readonly [red: number, green: number, blue: number];

/** How a model is fed: (value/255 − mean) / deviation, channel by channel; and how the garment is read out of what it gives. */
export interface ModelForm {
  readonly mean: Triple;
  readonly deviation: Triple;
  /** 0…1 at pixel `at` of the first output, whose planes are `size` long. */
  readonly garment: (output: Float32Array, at: number, size: number) => number;
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const first = (output: Float32Array, at: number): number => output[at]!;

/**
 * As the authors' own scripts feed and read them: DIS `Inference.py` (github.com/xuebinqin/DIS, Apache-2.0), `u2net_test.py`
 * (github.com/xuebinqin/U-2-Net, Apache-2.0), BiRefNet's tutorial (github.com/ZhengPeng7/BiRefNet, MIT), and cloth-segmentation's `infer.py`
 * (github.com/levindabhi/cloth-segmentation, MIT): background, upper body, lower body, whole body. None is stretched to 0…1 afterwards, so
 * that a picture with nothing in it stays empty.
 */
export const MODEL_FORMS: Readonly<Record<ModelKind, ModelForm>> = {
  isnet: { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1], garment: first },
  u2net: { ...IMAGENET, garment: first },
  birefnet: { ...IMAGENET, garment: (output, at) => sigmoid(output[at]!) },
  cloth: {
    ...{ mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
    garment: (output, at, size) => {
      const planes = output.length / size;
      let sum = 0;
      for (let plane = 0; plane < planes; plane++) sum += Math.exp(output[plane * size + at]! - output[at]!);
      return 1 - 1 / sum;
    },
  },
};
