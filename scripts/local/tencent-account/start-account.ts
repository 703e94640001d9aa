import { join } from 'node:path';
import { type LocalCos, startLocalCos } from '../cos/start-local-cos.ts';
import { LOCAL_NAMES } from '../local-names.ts';
import { startTencentApi } from '../tencent-api/start-tencent-api.ts';
import { type Account, type AccountOptions, createAccount } from './create-account.ts';

export interface StartedAccount {
  readonly account: Account;
  readonly cos: LocalCos;
  /** What an operator's commands need to work on it, PATH and HOME aside. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const credentials = { secretId: 'AKIDoperator', secretKey: 'key-of-this-account-alone' };
const appId = '1250000000';

export interface StartAccountOptions extends Pick<AccountOptions, 'invoke' | 'takesMs'> {
  /** By name; default none: provisioning makes them. */
  readonly buckets?: readonly string[];
}

/** An account with nothing in it, on loopback: its API and its COS, for whoever holds its one key. */
export async function startAccount(
  folder: string,
  { buckets = [], ...options }: StartAccountOptions,
): Promise<StartedAccount> {
  const clock = () => Date.now();
  const cos = await startLocalCos({
    ...{ dataFolder: join(folder, 'cos'), appId, region: 'ap-guangzhou', clock },
    ...{ buckets: buckets.map((name) => ({ name })), makesBuckets: true },
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
  });
  const readObject = (bucket: string, key: string) => cos.read(`${bucket}-${appId}`, key);
  const account = createAccount({ nowMs: clock, readObject, ...options });
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const api = await startTencentApi({ clock, credentials: [credentials], secrets: {}, sms, account });
  return {
    ...{ account, cos },
    env: {
      ...LOCAL_NAMES,
      TENCENTCLOUD_SECRET_ID: credentials.secretId,
      TENCENTCLOUD_SECRET_KEY: credentials.secretKey,
      TENCENT_ENDPOINT: api.url,
      TENCENT_COS_ENDPOINT: cos.url,
      CODE_BUCKET: `code-${appId}`,
      WEB_ORIGINS: 'https://app.yiying.localhost',
      ALARM_NOTICES: 'notice-1',
    },
    close: async () => {
      await Promise.all([api.close(), cos.close()]);
    },
  };
}
