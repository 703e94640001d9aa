/** What parent and child say to each other. Pixels go through files: an IPC message of 50 MB would be copied four times. */
export interface CutoutRequest {
  id: number;
  /** Raw RGB in, raw RGBA out. */
  rgbFile: string;
  rgbaFile: string;
  width: number;
  height: number;
  /** The text of contract/marks.ts. */
  marks?: string;
}
export type CutoutReply =
  | { kind: 'cut'; id: number; seeds: string; score: number; maxRssMb: number }
  | { kind: 'none'; id: number }
  | { kind: 'failed'; id: number; message: string };

/** The files that must lie in the resources folder, with their packages. */
export const CUTOUT_RESOURCES = {
  openCv: { file: 'opencv.js', from: '@techstark/opencv-js/dist/opencv.js' },
  litertScript: { file: 'litert_wasm_compat_internal.js', from: '@litertjs/core/wasm/litert_wasm_compat_internal.js' },
  litertWasm: {
    file: 'litert_wasm_compat_internal.wasm',
    from: '@litertjs/core/wasm/litert_wasm_compat_internal.wasm',
  },
  personModel: {
    file: 'selfie_segmentation.tflite',
    from: '@mediapipe/selfie_segmentation/selfie_segmentation.tflite',
  },
} as const;
