import { join } from 'node:path';
import type { Service } from '../../infra/serverless/service.ts';
import { schemaFileIn } from '../build/build-schema.ts';
import type { LocalCredentials } from './cam/local-identities.ts';
import { mediaFolder, optFolder } from './opt-folder.ts';

/** Where this machine has what Tencent has elsewhere. */
export interface Addresses {
  readonly role: LocalCredentials | null;
  readonly bucket: string;
  readonly apiUrl: string;
  readonly cosUrl: string;
  readonly tencentUrl: string;
}

/** What serverless.yml gives the function, with the endpoints of this machine in place of Tencent's own. */
export function functionEnvironment(
  service: Service,
  name: string,
  {
    distFolder,
    engines,
    moderation,
  }: { readonly distFolder: string; readonly engines?: string; readonly moderation?: boolean },
  at: Addresses,
): Record<string, string> {
  const declared = service.functions.find((one) => one.name === name)?.environment ?? {};
  const opt = optFolder(distFolder, name);
  const only = (key: string, value: string) => (key in declared ? { [key]: value } : {});
  return {
    ...declared,
    // The runtime's own, of which /opt is a part (583/11060).
    ...(opt !== null && { NODE_PATH: `${opt}:${join(opt, 'node_modules')}` }),
    ...only('COS_BUCKET', at.bucket),
    ...only('PUBLIC_API_URL', at.apiUrl),
    ...only('WEB_ORIGINS', [at.apiUrl, at.apiUrl.replace('127.0.0.1', 'localhost')].join(',')),
    ...only('MEDIA_RESOURCES', mediaFolder(distFolder, name)),
    ...only('SCHEMA_FILE', schemaFileIn(join(distFolder, 'functions', name))),
    ...('COS_BUCKET' in declared ? { COS_ENDPOINT: at.cosUrl } : {}),
    ...('SMS_DAILY_BUDGET' in declared ? { SMS_ENDPOINT: at.tencentUrl } : {}),
    ...('AI_ENGINES' in declared && engines ? { AI_ENGINES: engines, ENGINE_ENDPOINT: at.tencentUrl } : {}),
    ...('MODERATION' in declared && moderation
      ? { MODERATION: 'tencent-ims', MODERATION_ENDPOINT: at.tencentUrl }
      : {}),
    SECRETS_ENDPOINT: at.tencentUrl,
    COOKIE_INSECURE: '1',
    CHECK_REPLIES: '1',
    ...(at.role && {
      TENCENTCLOUD_SECRETID: at.role.secretId,
      TENCENTCLOUD_SECRETKEY: at.role.secretKey,
      TENCENTCLOUD_SESSIONTOKEN: at.role.sessionToken,
    }),
  };
}
