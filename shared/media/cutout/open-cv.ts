import { createRequire } from 'node:module';

/** The part of opencv.js 4.5 that the cut-out uses; its matrices live in wasm memory and are freed by `delete()`. */
export interface Mat {
  readonly data: Uint8Array;
  readonly data32S: Int32Array;
  intAt(row: number, column: number): number;
  delete(): void;
}
export interface OpenCv {
  readonly Mat: { new (): Mat; new (rows: number, columns: number, type: number): Mat };
  readonly Rect: new (x: number, y: number, width: number, height: number) => object;
  readonly Size: new (width: number, height: number) => object;
  readonly CV_8UC1: number;
  readonly CV_8UC3: number;
  readonly COLOR_RGB2Lab: number;
  readonly GC_INIT_WITH_MASK: number;
  readonly MORPH_OPEN: number;
  readonly MORPH_CLOSE: number;
  readonly MORPH_RECT: number;
  readonly CC_STAT_AREA: number;
  readonly INTER_AREA: number;
  readonly INTER_LINEAR: number;
  cvtColor(from: Mat, to: Mat, code: number): void;
  medianBlur(from: Mat, to: Mat, size: number): void;
  resize(from: Mat, to: Mat, size: object, fx: number, fy: number, how: number): void;
  getStructuringElement(shape: number, size: object): Mat;
  morphologyEx(from: Mat, to: Mat, operation: number, kernel: Mat): void;
  connectedComponentsWithStats(binary: Mat, labels: Mat, stats: Mat, centres: Mat, connectivity: 4 | 8): number;
  setRNGSeed(seed: number): void;
  grabCut(image: Mat, mask: Mat, rect: object, bg: Mat, fg: Mat, iterations: number, mode: number): void;
}
interface OpenCvModule extends OpenCv {
  onRuntimeInitialized?: () => void;
  then?: unknown;
}

/**
 * Loads opencv.js from a file. Its module object is thenable, so awaiting it would never end: `then` is removed first.
 * It must be loaded while `globalThis.importScripts` is absent, or it takes itself for a web worker.
 */
export async function loadOpenCv(file: string): Promise<{ cv: OpenCv }> {
  const cv = createRequire(file)(file) as OpenCvModule; // the package's own shape, narrowed to what is used here
  if (!cv.Mat) {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve;
    });
  }
  delete cv.then;
  return { cv };
}
