import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { type Plane, shrinkRgb } from '../cutout/resample.ts';
import { MODEL_FORMS } from './model-kinds.ts';
import type { ModelSetting } from './model-setting.ts';

/** The part of onnxruntime 1.x that is used here; `onnxruntime-node` and `onnxruntime-web` have it alike (both MIT). */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly env?: { wasm?: { numThreads?: number } };
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly { readonly type?: string; readonly shape?: readonly (number | string)[] }[];
  run(feeds: object, fetches: readonly string[]): Promise<Record<string, { data: unknown; dims: readonly number[] }>>;
}

/** RGB bytes in; how surely each pixel of the model's own square is the garment, 0…1, out. */
export type CutoutModel = (rgb: Uint8Array, width: number, height: number) => Promise<Plane>;

/**
 * Reads the operator's model, and believes it only with the hash that was configured: a graph is a program.
 * @throws Error that names the file and what is wrong with it
 */
export async function openModel(setting: ModelSetting): Promise<CutoutModel> {
  const { kind, side, runtimePath } = setting;
  const bytes = await readModel(setting);
  const runtime = loadRuntime(runtimePath);
  const threads = availableParallelism();
  if (runtime.env?.wasm) runtime.env.wasm.numThreads = threads;
  const session = await runtime.InferenceSession.create(bytes, {
    // An arena keeps what one photo needed for good: 2.3 GB instead of 1.1 with ISNet.
    ...{ enableCpuMemArena: false, graphOptimizationLevel: 'all', intraOpNumThreads: threads },
  });
  checkInput(session, setting);
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  return async (rgb, width, height) => {
    const square = shrinkRgb(rgb, width, height, side, side);
    const tensor = new runtime.Tensor('float32', planesOf(square, MODEL_FORMS[kind]), [1, 3, side, side]);
    const made = (await session.run({ [input]: tensor }, [output]))[output];
    if (!made) throw new Error(`the model gives no ${output}`);
    return readGarment(made, setting);
  };
}

async function readModel({ modelFile, sha256 }: ModelSetting): Promise<Uint8Array> {
  const bytes = await readFile(modelFile).catch((cause: unknown) => {
    throw new Error(`CUTOUT_MODEL_PATH: ${modelFile} cannot be read`, { cause });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`CUTOUT_MODEL: the SHA-256 of ${modelFile} is ${found}, not ${sha256}`);
  return bytes;
}

function loadRuntime(path: string): Runtime {
  try {
    return createRequire(`${path}/from`)(path) as Runtime; // the package's own shape, narrowed to what is used here
  } catch (cause) {
    throw new Error(`CUTOUT_RUNTIME_PATH: ${path} holds no onnxruntime that runs here: ${String(cause)}`, { cause });
  }
}

/** Older runtimes do not tell; there the first run does. */
function checkInput({ inputMetadata }: Session, { modelFile, side }: ModelSetting): void {
  const [input] = inputMetadata ?? [];
  const wanted = [1, 3, side, side];
  const fits = wanted.every((length, n) => typeof input?.shape?.[n] !== 'number' || input.shape[n] === length);
  if (input?.type !== undefined && (input.type !== 'float32' || !fits))
    throw new Error(
      `CUTOUT_MODEL: ${modelFile} takes ${input.type} ${input.shape?.join('×')}, not float32 ${wanted.join('×')}`,
    );
}

function planesOf(rgb: Uint8Array, { mean, deviation }: (typeof MODEL_FORMS)['isnet']): Float32Array {
  const size = rgb.length / 3;
  const planes = new Float32Array(size * 3);
  for (let c = 0; c < 3; c++) {
    const [scale, offset] = [1 / 255 / deviation[c]!, mean[c]! / deviation[c]!];
    for (let i = 0; i < size; i++) planes[c * size + i] = rgb[i * 3 + c]! * scale - offset;
  }
  return planes;
}

function readGarment({ data, dims }: { data: unknown; dims: readonly number[] }, { kind }: ModelSetting): Plane {
  const [height = 0, width = 0] = dims.slice(-2);
  const size = width * height;
  if (!(data instanceof Float32Array) || size === 0 || data.length % size !== 0)
    throw new Error(`the model gives ${dims.join('×')} of no float32`);
  const plane = new Float32Array(size);
  const { garment } = MODEL_FORMS[kind];
  for (let at = 0; at < size; at++) plane[at] = Math.min(1, Math.max(0, garment(data, at, size)));
  return { width, height, data: plane };
}
