import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import * as z from 'zod/mini';
import { uploadsLifecycle } from '../../../infra/provision/bucket-rules.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { type Objects, openObjects } from '../../../shared/cos/objects.ts';
import { RETENTION_CONFIG } from '../../../shared/cos/retention.ts';
import type { Database } from '../../../shared/db/database.ts';
import { buildSchema, schemaFileIn } from '../../build/build-schema.ts';
import { type Cashier, startCashier } from '../../local/cashier/start-cashier.ts';
import type { CosEvent } from '../../local/cos/cos-event.ts';
import { type LocalCos, startLocalCos } from '../../local/cos/start-local-cos.ts';
import { startTencentApi, type TencentApi } from '../../local/tencent-api/start-tencent-api.ts';
import { type EngineFault, startEngineStandin } from '../../local/tencent-engines/start-engine-standin.ts';
import { type ProductServer, type ProductServerRequest, startProductServer } from '../product-server.ts';
import { jpegPhoto } from '../simulation/photos.ts';
import { type AlipayNotices, alipayNotices } from './alipay-notices.ts';
import { bearer } from './function-events.ts';

export const START_MS = Date.UTC(2026, 2, 1, 4);
const STAGE = 'test';
const APP_ID = '1250000000';
const REGION = 'ap-guangzhou';

/** Everything around the functions, with a clock that stands still until it is set. */
export interface FaultStage {
  readonly db: Database;
  readonly plain: Connection;
  readonly server: DatabaseSecret;
  readonly socketPath: string;
  readonly tencent: TencentApi;
  readonly cashier: Cashier;
  readonly alipay: AlipayNotices;
  readonly objects: Objects;
  /** The bucket as COS itself sees it: all keys, and its daily deletion of what has outlived its rules. */
  readonly bucket: { readonly keys: () => readonly string[]; readonly runLifecycle: LocalCos['runLifecycle'] };
  /** What befalls the next calls of the engine: a submission, or (by throwing, or with a code) a question about a job. */
  readonly engineFaults: { submission?: () => EngineFault | undefined; question?: () => string | undefined };
  /** Of objects that were made, oldest first, not delivered yet. */
  readonly events: { key: string; event: CosEvent }[];
  readonly environment: Readonly<Record<string, string>>;
  nowMs: number;
  /** The functions reach the database here from their next connection on. */
  /** Under which authenticators' secrets are sealed. */
  readonly totpKey: Buffer;
  readonly putDatabaseAt: (secret: DatabaseSecret) => void;
  readonly bearer: (merchantId: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startFaultStage(request: ProductServerRequest = {}): Promise<FaultStage> {
  const product: ProductServer = await startProductServer({ flush: 0, ...request });
  const dataFolder = mkdtempSync(join(tmpdir(), 'fault-stage-'));
  await buildSchema(dataFolder);
  const time = { nowMs: START_MS };
  const clock = () => time.nowMs;
  const keys = { secretId: `AKID${randomBytes(8).toString('hex')}`, secretKey: randomBytes(20).toString('hex') };
  const key = randomBytes(32).toString('base64');
  const cashier = await startCashier({ clock, timers: false });
  const alipay = alipayNotices();
  const secrets: Record<string, unknown> = {
    [`yiying-${STAGE}-database`]: product.server.connection,
    [`yiying-${STAGE}-tokens`]: { codeKey: key, currentKeyId: 'k1', keys: [{ id: 'k1', key }] },
    [`yiying-${STAGE}-operators`]: { totpKey: key },
    [`yiying-${STAGE}-webhooks`]: { secretKey: key },
    [`yiying-${STAGE}-payers`]: { hashKey: key },
    [`yiying-${STAGE}-payees`]: { sealKey: key },
    [`yiying-${STAGE}-sms`]: { sdkAppId: '1400000000', signName: '衣影', templateId: '100' },
    [`yiying-${STAGE}-wechat-signing`]: cashier.secrets.signing,
    [`yiying-${STAGE}-wechat-verifying`]: cashier.secrets.verifying,
    [`yiying-${STAGE}-alipay-verifying`]: alipay.verifying,
  };
  const sms = { sdkAppId: '1400000000', signName: '衣影', templates: { '100': '验证码{1}，{2}分钟内有效。' } };
  let objects: Objects | undefined;
  const engineFaults: FaultStage['engineFaults'] = {};
  const engines = await startEngineStandin({
    fault: () => engineFaults.submission?.(),
    refuseQuestion: () => engineFaults.question?.(),
    // The clock goes back at each run, so that jobs of earlier ones seem to be at work still.
    ...{ clock, takesMs: 4000, atOnce: Number.POSITIVE_INFINITY },
    drawing: {
      tryOn: async ({ outputKey }) => void (await objects?.put(outputKey, jpegPhoto(9), 'image/jpeg')),
      film: () => Promise.reject(new Error('no film is asked for here')),
    },
  });
  const tencent = await startTencentApi({ clock, credentials: [keys], secrets, sms, engines });
  const events: FaultStage['events'] = [];
  const cos = await startLocalCos({
    ...{ dataFolder, appId: APP_ID, region: REGION, clock },
    buckets: [{ name: 'yiying', lifecycle: uploadsLifecycle(z.object(RETENTION_CONFIG).parse({})) }],
    secretKeyOf: (id) => (id === keys.secretId ? keys : undefined),
    onEvent: (_bucket, event) => {
      for (const record of event.Records) {
        const path = record.cos.cosObject.key.replace(`/${APP_ID}/yiying/`, '');
        if (/^(inputs|work)\//.test(path) && record.event.eventName.startsWith('cos:ObjectCreated'))
          events.push({ key: path, event: { Records: [record] } });
      }
    },
  });
  const bucket = { bucket: `yiying-${APP_ID}`, region: REGION, endpoint: cos.url, credentials: () => keys };
  objects = openObjects({ ...bucket, clock });
  return Object.assign(time, {
    ...{ tencent, cashier, alipay, events, engineFaults },
    bucket: { keys: () => cos.keys(bucket.bucket, ''), runLifecycle: () => cos.runLifecycle() },
    db: product.open(),
    plain: await product.plain(),
    server: product.server.connection,
    socketPath: product.server.socketPath,
    objects,
    totpKey: Buffer.from(key, 'base64'),
    environment: {
      ...{ STAGE, REGION, CHECK_REPLIES: '1', SECRETS_ENDPOINT: tencent.url, SMS_ENDPOINT: tencent.url },
      ...{ AI_ENGINES: 'tencent-mps:2', ENGINE_ENDPOINT: tencent.url },
      ...{ TENCENTCLOUD_SECRETID: keys.secretId, TENCENTCLOUD_SECRETKEY: keys.secretKey },
      ...{ COS_BUCKET: bucket.bucket, COS_ENDPOINT: cos.url, MEDIA_RESOURCES: dataFolder },
      SCHEMA_FILE: schemaFileIn(dataFolder),
      // Notices are read from the cashier's book; whoever hears them says yes.
      PUBLIC_API_URL: tencent.url,
    },
    putDatabaseAt: (secret: DatabaseSecret) => {
      secrets[`yiying-${STAGE}-database`] = secret;
    },
    bearer: (merchantId: string) => bearer(merchantId, { key }, STAGE, time.nowMs),
    close: async () => {
      await product.stop();
      await Promise.all([cashier.close(), tencent.close(), cos.close(), engines.close()]);
      rmSync(dataFolder, { recursive: true, force: true });
    },
  });
}
