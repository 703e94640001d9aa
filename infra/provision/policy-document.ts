import { secretName } from '../../shared/config/secrets.ts';
import type { ObjectVerb, ServiceFunction } from '../serverless/service.ts';

/** A CAM policy: https://cloud.tencent.com/document/product/598/10604. */
export interface PolicyDocument {
  readonly version: '2.0';
  readonly statement: readonly Statement[];
}

export interface Statement {
  readonly effect: 'allow';
  readonly action: readonly string[];
  readonly resource: readonly string[];
}

/** What names resources of one stage in one account. */
export interface ResourceNames {
  readonly stage: string;
  readonly region: string;
  readonly appId: string;
  /** Of the account's owner. */
  readonly ownerUin: string;
  /** `{name}-{appId}`. */
  readonly bucket: string;
  /** Who made a secret: a part of its resource's name. */
  readonly creatorUin: (secretName: string) => string;
}

/** https://cloud.tencent.com/document/product/436/30580: the names of COS's actions. */
const OBJECT_ACTIONS: Readonly<Record<ObjectVerb, readonly string[]>> = {
  get: ['name/cos:GetObject', 'name/cos:HeadObject'],
  put: ['name/cos:PutObject'],
  parts: ['InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload'].map(
    (action) => `name/cos:${action}`,
  ),
  delete: ['name/cos:DeleteObject'],
};

/** 数据万象 is allowed bucket by bucket: https://cloud.tencent.com/document/product/460/41741. */
const OF_BUCKET = /^ci:/;

/** Exactly what the function declares; null: it may reach nothing, and has no role. */
export function policyDocument(
  { access, role }: Pick<ServiceFunction, 'access' | 'role'>,
  names: ResourceNames,
): PolicyDocument | null {
  if (role === null) return null;
  const statement: Statement[] = [];
  if (access.secrets.length > 0) {
    const resource = access.secrets.map((purpose) => secretResource(secretName(names.stage, purpose), names));
    statement.push({ effect: 'allow', action: ['ssm:GetSecretValue'], resource });
  }
  for (const [prefix, verbs] of Object.entries(access.objects)) {
    const resource = [`qcs::cos:${names.region}:uid/${names.appId}:${names.bucket}/${prefix}*`];
    statement.push({ effect: 'allow', action: verbs.flatMap((verb) => OBJECT_ACTIONS[verb]), resource });
  }
  const [ofBucket, others] = [true, false].map((wanted) => access.apis.filter((api) => OF_BUCKET.test(api) === wanted));
  if (ofBucket?.length) {
    const resource = [`qcs::ci:${names.region}:uid/${names.appId}:bucket/${names.bucket}/*`];
    statement.push({ effect: 'allow', action: ofBucket, resource });
  }
  // These services know no resource of ours to be named.
  if (others?.length) statement.push({ effect: 'allow', action: others, resource: ['*'] });
  return { version: '2.0', statement };
}

/** https://www.tencentcloud.com/document/product/1078/38612. */
export const secretResource = (name: string, { region, ownerUin, creatorUin }: ResourceNames): string =>
  `qcs::ssm:${region}:uin/${ownerUin}:secret/creatorUin/${creatorUin(name)}/${name}`;
