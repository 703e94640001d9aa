import COS from 'cos-nodejs-sdk-v5';
import { Client as CamClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cam/v20190116/cam_client.js';
import { Client as ClsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_client.js';
import { Client as SmsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sms/v20210111/sms_client.js';
import { Client as SslClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_client.js';
import { Client as SsmClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssm/v20190923/ssm_client.js';
import { Client as VpcClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_client.js';
import { type CloudAccess, clientConfig } from '../deploy/scf-call.ts';

export type Answer = Readonly<Record<string, unknown>>;
export type Place = 'cam' | 'ssm' | 'cls' | 'cos' | 'vpc' | 'ssl' | 'sms';

/** One call of the account; `cos` takes the names of COS's SDK (`putBucketCors`). @throws the SDK's exception, whose `code` is Tencent's */
export type AccountCall = (place: Place, action: string, request: Answer) => Promise<Answer>;

export function openAccount(access: CloudAccess & { readonly cosEndpoint?: string | undefined }): AccountCall {
  const config = clientConfig(access);
  const clients = {
    ...{ cam: new CamClient(config), ssm: new SsmClient(config), cls: new ClsClient(config) },
    ...{ vpc: new VpcClient(config), ssl: new SslClient(config) },
    // SMS has endpoints in few regions, and one account.
    sms: new SmsClient({ ...config, region: 'ap-guangzhou' }),
  };
  const { secretId, secretKey, sessionToken } = access.credentials;
  const cos = new COS({
    ...{ SecretId: secretId, SecretKey: secretKey, ConfCwd: '/tmp', AutoSwitchHost: false },
    ...(sessionToken !== undefined && { SecurityToken: sessionToken }),
    ...(access.cosEndpoint !== undefined && { Domain: `${access.cosEndpoint}/{Bucket}` }),
  });
  const methods = cos as unknown as Record<string, (request: Answer) => Promise<Answer>>; // its methods are named by their action
  return async (place, action, request) => {
    if (place !== 'cos') return (await clients[place].request(action, request)) as Answer;
    const method = methods[action];
    if (!method) throw new TypeError(`COS has no ${action}`);
    return method.call(cos, { ...request, Region: access.region });
  };
}

/** Entries of every page. CAM counts pages from 1, the others entries from 0. */
export async function listAll(call: AccountCall, place: Place, action: string, list: string, request: Answer = {}) {
  const all: Answer[] = [];
  const size = 100;
  for (let page = 1; ; page++) {
    const where = place === 'cam' ? { Page: page, Rp: size } : { Offset: all.length, Limit: size };
    const answer = await call(place, action, { ...request, ...where });
    const items = (answer[list] ?? []) as Answer[]; // by the SDK's models
    all.push(...items);
    if (items.length === 0 || all.length >= Number(answer['TotalNum'] ?? answer['TotalCount'] ?? 0)) return all;
  }
}
