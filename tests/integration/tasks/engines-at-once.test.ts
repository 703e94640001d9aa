import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PicRule } from '../../../scripts/local/cos/pic-operations.ts';
import type { EngineMood } from '../../../scripts/local/inspector/local-faults.ts';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import { type CiFault, ciStandin } from '../../../scripts/local/tencent-engines/ci-standin.ts';
import { drawPictures } from '../../../scripts/local/tencent-engines/draw-pictures.ts';
import { dress, place } from '../../../scripts/local/tencent-engines/draw-results.ts';
import { engineMoods } from '../../../scripts/local/tencent-engines/engine-moods.ts';
import {
  type AiartFault,
  type AiartStandin,
  startAiartStandin,
} from '../../../scripts/local/tencent-engines/start-aiart-standin.ts';
import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';
import { aiartClient } from '../../../shared/engines/aiart-client.ts';
import { openEngines } from '../../../shared/engines/open-engines.ts';
import { CutoutFailure } from '../../../shared/media/cutout/cutout-process.ts';
import { MediaRefusal } from '../../../shared/media/media-refusal.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { imageProcessors } from '../../../shared/tasks/image-processors.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';
import { pollProviderJobs } from '../../../shared/tasks/provider/poll-provider-jobs.ts';
import { runProviderUnit } from '../../../shared/tasks/provider/run-provider-unit.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { type Processor, runUnit, type UnitServices } from '../../../shared/tasks/run-unit.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { grantCredits, newMerchant, replan, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { saveCardAs } from '../../fixtures/save-card-as.ts';
import { oneFile, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';
import { FONTS } from '../media/drawn-cutout.ts';

const ENGINES = 'tencent-ci:4,tencent-aiart';
const CATALOGUE = catalogueWith(ENGINES);
/** What each test puts its own step in the place of. */
const CARD = {
  ...{ id: 'one_step', nameZh: '一步', nameEn: 'One', category: 'test', descriptionZh: '测试', descriptionEn: 'Test' },
  ...{ credits: 2, access: 'basic', enabled: true, position: 1 },
  form: [
    { type: 'image', name: 'photo', labelZh: '照片', labelEn: 'Photo', required: true },
    { type: 'image', name: 'mask', labelZh: '遮罩', labelEn: 'Mask' },
  ],
  pipeline: [
    {
      ...{ name: 'one', nameZh: '一步', nameEn: 'One', processor: 'cutout', units: 1, attempts: 3, params: {} },
      ...{ inputs: [{ form: 'photo' }], timeLimitSeconds: 240, engines: ['tencent-ci', 'embedded'] },
    },
  ],
  outputs: [{ step: 'one', name: '*', contentType: 'image/png' }],
};

let stage: TaskStage;
let api: TencentApi;
let aiart: AiartStandin;
let photo: Buffer;
let mask: Buffer;
let merchant: string;
let mood: EngineMood = 'ok';
const SLOW_MS = 250;
const moods = engineMoods(() => mood, SLOW_MS);
let ciFaults: (CiFault | undefined)[] = [];
let aiartFaults: (AiartFault | undefined)[] = [];
let rules: PicRule[] = [];
let failures: string[] = [];

beforeAll(async () => {
  const onCall = (rule: PicRule) => void rules.push(rule);
  stage = await taskStage(
    ciStandin({ drawing: drawPictures, fault: () => ciFaults.shift() ?? moods.ci.fault(), onCall }),
  );
  photo = await sharp({ create: { width: 720, height: 960, channels: 3, background: '#f4f4f4' } })
    .composite([{ input: { create: { width: 360, height: 480, channels: 3, background: '#1c4f8a' } } }])
    .jpeg()
    .toBuffer();
  mask = await sharp({ create: { width: 720, height: 960, channels: 3, background: '#000000' } })
    .composite([{ input: { create: { width: 90, height: 90, channels: 3, background: '#ffffff' } } }])
    .jpeg()
    .toBuffer();
  aiart = await startAiartStandin({
    clock: () => stage.nowMs,
    drawing: { dress, place },
    fault: () => aiartFaults.shift() ?? moods.aiart.fault(),
  });
  // The SDK signs by the system's clock.
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  api = await startTencentApi({
    ...{ clock: () => Date.now(), credentials: [stage.bucket.credentials()], secrets: {}, sms, aiart },
  });
  await saveCardAs(stage.db, CATALOGUE, CARD, { savedBy: 'test', nowMs: stage.nowMs });
  await stage.objects.put('models/0.jpg', photo, 'image/jpeg');
  await stage.db.write(
    "INSERT INTO model_photos (gender, scene, pose, object_key) VALUES ('female', 'street', 0, 'models/0.jpg')",
  );
});
afterAll(() => Promise.all([stage.leave(), api.close(), aiart.close()]));
beforeEach(async () => {
  [ciFaults, aiartFaults, rules, failures] = [[], [], [], []];
  mood = 'ok';
  await stage.db.write('DELETE FROM engine_breakers');
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 10, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
});

type Processors = UnitServices['processors'];

const services = (engines = ENGINES) => {
  const clock = () => stage.nowMs;
  const at = { bucket: stage.bucket, region: 'ap-guangzhou', endpoint: api.url };
  const onFailure = ({ code }: { code: string }) => void failures.push(code);
  const opened = openEngines(engines, at, stage.db, aiartClient(at));
  return { db: stage.db, objects: stage.objects, clock, engines: opened, processors: { cutout: oneFile }, onFailure };
};

async function order(step: object, files: readonly Buffer[] = [photo]): Promise<string> {
  const inputs = files.map((bytes, n) => ({
    ...{ contentType: 'image/jpeg' as const, sizeBytes: bytes.length, field: n === 0 ? 'photo' : 'mask' },
  }));
  const request = taskRequest(merchant, { featureId: 'one_step', nowMs: stage.nowMs, inputs, form: {} });
  const { taskId } = await createTask(stage.db, request, CATALOGUE);
  const base = { name: 'one', units: 1, attempts: 4, timeLimitSeconds: 240, results: ['*'], params: {} };
  await replan(stage.db, taskId, { ...base, inputs: [{ form: 'photo' }], ...step });
  for (const [n, bytes] of files.entries()) await stage.objects.put(`inputs/${taskId}/${n}`, bytes, 'image/jpeg');
  return taskId;
}

/** What the events of now ask for. @returns what became of the units */
async function runEvents(engines = ENGINES, processors: Processors = { cutout: oneFile }): Promise<string[]> {
  const outcomes: string[] = [];
  for (let keys = stage.takeEvents(); keys.length > 0; keys = stage.takeEvents()) {
    for (const key of keys) {
      const [input, work] = [parseInputKey(key), parseWorkKey(key)];
      if (input) await acceptInput(stage, { taskId: input.taskId, index: input.index }, stage.nowMs);
      if (!work) continue;
      const unit = { taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) };
      const run = work.lane === 'provider' ? runProviderUnit : runUnit;
      outcomes.push(`${work.lane} ${await run({ ...services(engines), processors, onFailure: onAnyFailure }, unit)}`);
    }
  }
  return outcomes;
}
const onAnyFailure = ({ code }: { code: string }) => void failures.push(code);

async function pass(seconds: number, processors?: Processors): Promise<string[]> {
  const outcomes: string[] = [];
  for (let s = 0; s < seconds; s += 5) {
    stage.nowMs += 5000;
    await pollProviderJobs(services());
    if (s % 20 === 0) await sweepTasks(stage, stage.nowMs);
    outcomes.push(...(await runEvents(ENGINES, processors)));
  }
  return outcomes;
}

const available = async () => (await queryQuota(stage.db, merchant, stage.nowMs)).available;
const result = async (taskId: string) => {
  const [output] = await readOutputs(stage.db, taskId);
  if (!output) return undefined;
  const { bytes } = await stage.objects.get(output.key);
  const { format, width, height } = await sharp(bytes).metadata();
  return { name: output.name, contentType: output.contentType, flags: output.flags, format, width, height };
};
const errorOf = async (taskId: string) =>
  (await stage.db.query<{ code: string }>('SELECT error_code AS code FROM tasks WHERE id = ?', [taskId]))[0]?.code;
const CUT_OUT = { processor: 'cutout', engines: ['tencent-ci', 'embedded'] };

describe('数据万象', () => {
  it.each([
    ['cutout', {}, { name: 'cutout.png', contentType: 'image/png', flags: '', format: 'png', width: 720, height: 960 }],
    [
      'enhance',
      {},
      { name: 'enhanced.jpg', contentType: 'image/jpeg', flags: '', format: 'jpeg', width: 720, height: 960 },
    ],
    [
      'upscale',
      { magnify: { value: '4' } },
      { name: 'upscaled.jpg', contentType: 'image/jpeg', flags: '', format: 'jpeg', width: 2880, height: 3840 },
    ],
  ])(
    '%s: what was checked is worked on, and the result is a file of ours in the format that follows',
    async (processor, params, made) => {
      const taskId = await order({ processor, params, engines: ['tencent-ci'] });
      expect(await runEvents()).toEqual(['provider submitted']);
      await pass(10);
      expect([await stateOf(stage.db, taskId), await result(taskId), await available()]).toEqual([
        'succeeded',
        made,
        8,
      ]);
      const [row] = await stage.db.query<{ jobId: string }>(
        'SELECT job_id AS jobId FROM provider_jobs WHERE task_id = ?',
        [taskId],
      );
      await expect(stage.objects.head(row?.jobId ?? '')).rejects.toThrow();
    },
  );

  it('a repair is told where the mask is, by an address that it may read', async () => {
    const inputs = [{ form: 'photo' }, { form: 'mask', as: 'mask' }];
    const taskId = await order({ processor: 'repair', engines: ['tencent-ci'], inputs }, [photo, mask]);
    await runEvents();
    await pass(10);
    expect(await result(taskId)).toMatchObject({ name: 'repaired.jpg', format: 'jpeg', flags: 'ai' });
    expect(Buffer.from(rules[0]?.params.get('MaskPic') ?? '', 'base64url').toString()).toContain(`vendor/${taskId}/`);
  });

  it('its attempts used up, our own function is handed the unit; the breaker has counted them', async () => {
    ciFaults = [{ status: 503, code: 'ServiceUnavailable' }, 'cut-before'];
    const taskId = await order(CUT_OUT);
    expect(await runEvents()).toEqual(['provider waiting']);
    expect((await pass(120)).slice(-2)).toEqual(['provider handed_over', 'image succeeded']);
    expect([await stateOf(stage.db, taskId), failures]).toEqual([
      'succeeded',
      ['Ci.503.ServiceUnavailable', 'Client.Network'],
    ]);
    expect(await stage.db.query('SELECT engine, failures FROM engine_breakers')).toEqual([
      { engine: 'tencent-ci', failures: 2 },
    ]);
    expect(await available()).toBe(8);
  });

  it('while it rests, or is not configured, ours works at once', async () => {
    await order(CUT_OUT);
    expect(await runEvents('')).toEqual(['provider handed_over', 'image succeeded']);
    await stage.db.write("INSERT INTO engine_breakers VALUES ('tencent-ci', 9, '2030-01-01')");
    await order(CUT_OUT);
    expect(await runEvents()).toEqual(['provider handed_over', 'image succeeded']);
    expect(rules).toEqual([]);
  });

  it.each([
    ['of a size that it does not take', {}, [{ status: 400, code: 'InvalidArgument', errNo: '-447' }], 1],
    ['on which the merchant has drawn', { marks: { value: 'box:0,0,1,1' } }, [], 0],
  ] as const)('a picture %s is passed on, and is no fault of its', async (_name, params, faults, asked) => {
    ciFaults = [...faults];
    const taskId = await order({ ...CUT_OUT, attempts: 2, params });
    expect(await runEvents()).toEqual(['provider waiting']);
    expect((await pass(60)).slice(-2)).toEqual(['provider handed_over', 'image succeeded']);
    expect([await stateOf(stage.db, taskId), rules.length]).toEqual(['succeeded', asked]);
    expect(await stage.db.query('SELECT engine FROM engine_breakers')).toEqual([]);
    const alone = await order({ processor: 'upscale', engines: ['tencent-ci'] });
    ciFaults = [{ status: 400, code: 'InvalidArgument', errNo: '-447' }];
    await runEvents();
    expect([await stateOf(stage.db, alone), await errorOf(alone)]).toEqual(['failed', 'PROCESSING_FAILED']);
    expect(await available()).toBe(8);
  });

  it('what it calls forbidden is a refusal of the content, whoever comes after it', async () => {
    ciFaults = [{ status: 403, code: 'AccessDenied', errNo: '-5062' }];
    const taskId = await order(CUT_OUT);
    await runEvents();
    expect([await stateOf(stage.db, taskId), await errorOf(taskId), await available()]).toEqual([
      ...['failed', 'CONTENT_REFUSED', 10],
    ]);
  });

  it('a photo that was overwritten since it was accepted is never sent', async () => {
    const taskId = await order(CUT_OUT);
    const [input] = stage.takeEvents();
    await acceptInput(stage, { taskId, index: parseInputKey(input ?? '')?.index ?? -1 }, stage.nowMs);
    await stage.objects.put(`inputs/${taskId}/0`, mask, 'image/jpeg');
    await runEvents();
    expect([await errorOf(taskId), rules]).toEqual(['INPUT_CHANGED', []]);
  });

  it.each([
    ['a limit', { status: 403, code: 'RequestLimitExceeded', errNo: '-29214' }, 'Ci.403.RequestLimitExceeded'],
    ['a fault of its own', { status: 500, code: 'InternalError' }, 'Ci.500.InternalError'],
    ['a call that was not heard', 'cut-before', 'Client.Network'],
  ] as const)('%s costs an attempt, and the next one succeeds', async (_name, fault, code) => {
    ciFaults = [fault];
    const taskId = await order({ processor: 'upscale', engines: ['tencent-ci'] });
    await runEvents();
    await pass(60);
    expect([await stateOf(stage.db, taskId), failures, await available()]).toEqual(['succeeded', [code], 8]);
  });

  it('a result that is gone before it was fetched costs an attempt, and the next one is kept', async () => {
    const taskId = await order({ processor: 'upscale', engines: ['tencent-ci'] });
    await runEvents();
    const sql = 'SELECT job_id AS jobId FROM provider_jobs WHERE task_id = ?';
    const [row] = await stage.db.query<{ jobId: string }>(sql, [taskId]);
    await stage.objects.delete(row?.jobId ?? '');
    await pass(60);
    expect([await stateOf(stage.db, taskId), failures, rules.length >= 2]).toEqual(['succeeded', ['ResultGone'], true]);
  });

  it('heard and not answered, it is asked again under a new attempt; one result is kept', async () => {
    ciFaults = ['cut-after'];
    const taskId = await order({ processor: 'enhance', engines: ['tencent-ci'] });
    await runEvents();
    await pass(60);
    expect([await stateOf(stage.db, taskId), failures, (await readOutputs(stage.db, taskId)).length]).toEqual([
      ...['succeeded', ['Client.Network'], 1],
    ]);
  });
});

describe('the card of repairs', () => {
  const paint = (marks?: string) => {
    const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: photo.length, field: 'photo' }];
    const form = marks === undefined ? {} : { marks };
    const request = taskRequest(merchant, { featureId: 'photo_repair', nowMs: stage.nowMs, inputs, form });
    return createTask(stage.db, request, CATALOGUE);
  };
  const at = async (picture: Buffer, left: number, top: number) =>
    sharp(picture).extract({ left, top, width: 8, height: 8 }).resize(1, 1).raw().toBuffer();

  it('has what was painted over drawn anew, marked as made by AI, and leaves the rest', async () => {
    // Across the garment's edge, where the stand-in's blur shows.
    const { taskId } = await paint('drop 60 250,300 250,400');
    await stage.objects.put(`inputs/${taskId}/0`, photo, 'image/jpeg');
    await runEvents(ENGINES, imageProcessors(FONTS));
    await pass(30, imageProcessors(FONTS));
    expect([await stateOf(stage.db, taskId), failures, await available()]).toEqual(['succeeded', [], 9]);
    const results = (await readOutputs(stage.db, taskId)).filter(({ step }) => step === 2);
    expect(results.map(({ name, flags, width, height }) => [name, flags, width, height])).toEqual([
      ['frame-01.jpg', 'ai', 720, 960],
    ]);
    const { bytes } = await stage.objects.get(results[0]?.key ?? '');
    const far = (a: Buffer, b: Buffer) => Math.max(...[...a].map((value, n) => Math.abs(value - (b[n] ?? 0))));
    expect(far(await at(bytes, 178, 330), await at(photo, 178, 330)), 'painted over').toBeGreaterThan(25);
    expect(far(await at(bytes, 178, 600), await at(photo, 178, 600)), 'not painted over').toBeLessThan(6);
    const [{ params } = { params: new Map<string, string>() }] = rules;
    const mask = Buffer.from(params.get('MaskPic') ?? '', 'base64url').toString();
    expect(mask).toContain(`/outputs/${taskId}/0/0/`);
  });

  it.each([
    ['nothing was painted', undefined, 'required'],
    ['what was painted is only rubbed out', 'keep 60 250,300', 'min:1'],
    ['the marks are none', 'paint 60', 'format:marks'],
  ])('is told at its field when %s, and nothing is taken', async (_what, marks, rule) => {
    await expect(paint(marks)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'form.marks', rule }],
    });
    expect(await available()).toBe(10);
  });
});

describe('aiart', () => {
  const TRY_ON = {
    ...{ processor: 'model-try-on', engines: ['tencent-aiart'], inputs: [{ form: 'photo', as: 'garment' }] },
    params: { pose: { value: 0 }, garment: { value: 'dress' } },
  };

  it('dresses the model, marked as made by AI, and the picture is copied before its URL expires', async () => {
    const taskId = await order(TRY_ON);
    expect(await runEvents()).toEqual(['provider submitted']);
    await pass(10);
    expect([await stateOf(stage.db, taskId), (await result(taskId))?.flags]).toEqual(['succeeded', 'ai']);
    expect(aiart.submissions.at(-1)).toMatchObject({ ClothesType: 'Dress', LogoAdd: 1, RspImgType: 'url' });
  });

  it('draws what bears the label of GB 45438-2025, and so does all that is made of it: a later step’s, another engine’s, another task’s', async () => {
    const processors = imageProcessors(FONTS);
    const base = { units: 1, attempts: 1, timeLimitSeconds: 240, results: ['*'] };
    const made = async (taskId: string) => {
      await runEvents(ENGINES, processors);
      await pass(25, processors);
      expect(await stateOf(stage.db, taskId)).toBe('succeeded');
      const outputs = await readOutputs(stage.db, taskId);
      return Promise.all(
        outputs.map(async ({ name, flags, key }) => {
          const { bytes } = await stage.objects.get(key);
          const xmp = (await sharp(bytes).metadata()).xmp?.toString() ?? '';
          return { bytes, said: [name, flags, xmp.includes('TC260:AIGC=')] };
        }),
      );
    };
    const steps = [
      { ...base, name: 'worn', ...TRY_ON },
      {
        ...base,
        name: 'larger',
        processor: 'upscale',
        engines: ['tencent-ci'],
        inputs: [{ step: 'worn' }],
        params: { magnify: { value: '2' } },
      },
      {
        ...base,
        name: 'marked',
        processor: 'watermark',
        inputs: [{ step: 'larger' }],
        params: { text: { value: '店铺' } },
      },
    ];
    const first = await order(TRY_ON);
    await replan(stage.db, first, ...steps);
    const files = await made(first);
    expect(files.map(({ said }) => said)).toEqual([
      ['result.jpg', 'ai', true],
      ['upscaled.jpg', 'ai', true],
      ['watermarked.jpg', 'ai', true],
    ]);
    const enhance = { processor: 'enhance', engines: ['embedded'] };
    const again = await made(await order(enhance, [files[2]?.bytes ?? photo]));
    expect(again.map(({ said }) => said)).toEqual([['enhanced.jpg', 'ai', true]]);
    const ofPhoto = await made(await order(enhance));
    expect(ofPhoto.map(({ said }) => said)).toEqual([['enhanced.jpg', '', false]]);
  });

  it('puts a product before another background, of the size that was asked for', async () => {
    const params = { background: { value: '木质桌面，晨光' }, size: { value: 'portrait' } };
    const taskId = await order({ processor: 'replace-background', engines: ['tencent-aiart'], params });
    await runEvents();
    await pass(10);
    expect(await result(taskId)).toMatchObject({ name: 'result.jpg', width: 720, height: 1280, flags: 'ai' });
    expect(aiart.submissions.at(-1)).toMatchObject({ Prompt: '木质桌面，晨光', Resolution: '720:1280' });
  });

  it('has its place given on in the tick in which it was given back', async () => {
    await order(TRY_ON);
    const waits = await order(TRY_ON);
    await runEvents();
    stage.nowMs += 5000;
    expect(await pollProviderJobs(services())).toMatchObject({ finished: 1, woken: 1 });
    expect(await runEvents()).toEqual(['provider submitted']);
    await pass(10);
    expect(await stateOf(stage.db, waits)).toBe('succeeded');
  });

  it('is asked one at a time; who waits is called when the place is free', async () => {
    aiartFaults = [{ delayMs: 50 }];
    const taskIds = [await order(TRY_ON), await order(TRY_ON)];
    expect((await runEvents()).sort()).toEqual(['provider queued', 'provider submitted']);
    await pass(30);
    expect(await Promise.all(taskIds.map((id) => stateOf(stage.db, id)))).toEqual(['succeeded', 'succeeded']);
    expect([aiart.mostAtOnce(), failures]).toEqual([1, []]);
  });

  it.each([
    ['a limit', { refuse: 'RequestLimitExceeded.JobNumExceed' }, 'RequestLimitExceeded.JobNumExceed'],
    ['a fault of its own', { refuse: 'FailedOperation.RpcFail' }, 'FailedOperation.RpcFail'],
    ['a result that is gone', { expired: true }, 'ResultGone.403'],
    ['no answer', 'cut-after', 'Client.Network'],
    ['a call that was not heard', 'cut-before', 'Client.Network'],
  ] as const)('%s costs an attempt, and the next one succeeds', async (_name, fault, code) => {
    aiartFaults = [fault];
    const taskId = await order(TRY_ON);
    await runEvents();
    await pass(90);
    expect([await stateOf(stage.db, taskId), failures, await available()]).toEqual(['succeeded', [code], 8]);
  });

  it.each([
    ['OperationDenied.ImageIllegalDetected', 'CONTENT_REFUSED'],
    ['InvalidParameterValue.UrlIllegal', 'PROCESSING_FAILED'],
  ])('%s ends the task as %s, its credits back', async (refuse, code) => {
    aiartFaults = [{ refuse }];
    const taskId = await order(TRY_ON);
    await runEvents();
    expect([await errorOf(taskId), await available()]).toEqual([code, 10]);
  });
});

describe('a model of our own', () => {
  const STEP = { processor: 'cutout', engines: ['onnx', 'embedded'], attempts: 3 };
  let asked: string[] = [];
  beforeEach(() => {
    asked = [];
  });
  /** The model does `then`; the embedded parts make their file. */
  const modelThat =
    (then: () => void): Processor =>
    (pictures, limitMs, work) => {
      asked.push(work.engine);
      if (work.engine === 'onnx') then();
      return oneFile(pictures, limitMs, work);
    };
  let taskId: string;
  const run = async (
    cutout: Processor,
    configured: ReadonlySet<string> | undefined = new Set(['onnx']),
    step: object = STEP,
  ) => {
    taskId = await order(step);
    stage.takeEvents();
    await acceptInput(stage, { taskId, index: 0 }, stage.nowMs);
    const unit = { ...services(), processors: { cutout }, configured, onFailure: onAnyFailure };
    for (let outcome = 'waiting'; outcome === 'waiting'; stage.nowMs += 60_000) {
      outcome = await runUnit(unit, { taskId, step: 0, unit: 0 });
    }
    stage.takeEvents();
    return stateOf(stage.db, taskId);
  };
  const health = () => stage.db.query('SELECT engine, failures FROM engine_breakers');

  it('that fails has its share of the attempts, then the embedded parts do it; what works again is well', async () => {
    const broken = modelThat(() => {
      throw new CutoutFailure('failed', 'no memory');
    });
    expect(await run(broken)).toBe('succeeded');
    expect([asked, failures]).toEqual([
      ['onnx', 'onnx', 'embedded'],
      ['PROCESSING_FAILED', 'PROCESSING_FAILED'],
    ]);
    expect(await health()).toEqual([{ engine: 'onnx', failures: 2 }]);
    expect(await run(modelThat(() => undefined))).toBe('succeeded');
    expect([asked.at(-1), await health()]).toEqual(['onnx', [{ engine: 'onnx', failures: 0 }]]);
  });

  it('that finds nothing is no fault of its, and others look', async () => {
    const blind = modelThat(() => {
      throw new MediaRefusal('GARMENT_NOT_FOUND', 'nothing');
    });
    expect(await run(blind)).toBe('succeeded');
    expect([asked.at(-1), await health()]).toEqual(['embedded', []]);
    const corrupt = modelThat(() => {
      throw new MediaRefusal('INPUT_CORRUPT', 'no picture to anybody');
    });
    expect([await run(corrupt), asked.at(-1)]).toEqual(['failed', 'onnx']);
  });

  it('that finds nothing has found nothing, also where no attempt is left for those after it', async () => {
    const blind = modelThat(() => {
      throw new MediaRefusal('GARMENT_NOT_FOUND', 'nothing');
    });
    expect(await run(blind, new Set(['onnx']), { ...STEP, attempts: 1 })).toBe('failed');
    expect([asked, failures, await health()]).toEqual([['onnx'], ['GARMENT_NOT_FOUND'], []]);
    expect(await errorOf(taskId)).toBe('GARMENT_NOT_FOUND');
  });

  it('that is not there is not waited for', async () => {
    expect(
      await run(
        modelThat(() => undefined),
        new Set(),
      ),
    ).toBe('succeeded');
    expect([asked, failures]).toEqual([['embedded'], []]);
  });
});

describe('engines that a developer', () => {
  const TRY_ON = {
    ...{ processor: 'model-try-on', engines: ['tencent-aiart'], inputs: [{ form: 'photo', as: 'garment' }] },
    params: { pose: { value: 0 } },
  };
  const UPSCALE = { processor: 'upscale', engines: ['tencent-ci'] };

  it.each([
    ['数据万象', UPSCALE],
    ['aiart', TRY_ON],
  ])(
    'makes fail end a task at once with its credits back, slows down are waited for, mends work: %s',
    async (_name, step) => {
      mood = 'failing';
      const failed = await order(step);
      expect(await runEvents()).toEqual(['provider failed']);
      expect([await stateOf(stage.db, failed), await available()]).toEqual(['failed', 10]);
      mood = 'slow';
      const slow = await order(step);
      const startedMs = performance.now();
      expect(await runEvents()).toEqual(['provider submitted']);
      expect(performance.now() - startedMs).toBeGreaterThan(SLOW_MS);
      mood = 'ok';
      const mended = await order(step);
      await runEvents();
      await pass(30);
      const ends = await Promise.all([slow, mended].map((taskId) => stateOf(stage.db, taskId)));
      expect([ends, await available()]).toEqual([['succeeded', 'succeeded'], 6]);
    },
  );
});

it('all this leaves the books right', async () => {
  expect(await stage.audit()).toEqual([]);
});
