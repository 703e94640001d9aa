import { isTransient, settle, type Timing } from '../deploy/paced-call.ts';
import { messageOf } from '../deploy/run-deploy.ts';
import type { ScfCall } from '../deploy/scf-call.ts';
import type { Service } from '../serverless/service.ts';
import { type AccountCall, listAll } from './account-call.ts';
import { type Buckets, bucketParts } from './bucket-parts.ts';
import { retentionOf, uploadsLifecycle } from './bucket-rules.ts';
import { logParts } from './log-parts.ts';
import { observabilityParts } from './observability-parts.ts';
import type { Part, Step } from './part.ts';
import type { ResourceNames } from './policy-document.ts';
import { rememberReads } from './remember-reads.ts';
import { whyNotRemoved } from './removal-guard.ts';
import { type Removal, removalParts } from './removal-parts.ts';
import { roleParts } from './role-parts.ts';
import { type GivenSecrets, secretParts } from './secret-parts.ts';

export interface ProvisionOptions {
  readonly call: AccountCall;
  readonly timing: Timing;
  readonly service: Service;
  readonly buckets: Buckets;
  readonly secrets: GivenSecrets;
  /** CLS's groups of people whom alarms tell; default: none yet. */
  readonly noticeIds?: readonly string[];
  readonly say: (line: string) => void;
  readonly dryRun?: boolean;
}

export interface Provisioned {
  readonly planned: readonly { readonly name: string; readonly change: Step['change']; readonly note: string }[];
  readonly unchanged: number;
  readonly done: readonly string[];
  readonly failed: readonly { readonly name: string; readonly problem: string }[];
  /** Of a dry run: why the run itself would not begin. */
  readonly refused?: string;
}

const SIGNS = { create: '+', update: '~', remove: '-', waiting: '?' } as const;

/**
 * Looks at every part, prints the plan, then does what is missing, part by part. Nothing is kept of a run: what is there is
 * what the account answers, so a run that was cut off is completed by the next one.
 */
export const runProvision = (options: ProvisionOptions): Promise<Provisioned> =>
  runParts(provisionParts({ ...options, call: rememberReads(options.call) }), options);

/**
 * Takes away again what provisioning made, but what was chosen to be kept; as it may be cut off, it is simply run again.
 * @throws RangeError while the stage's functions stand, or its roles are of another region
 */
export async function removeProvisioned(
  options: Omit<ProvisionOptions, 'secrets' | 'noticeIds'> & { readonly scf: ScfCall; readonly removal: Removal },
): Promise<Provisioned> {
  const call = rememberReads(options.call);
  const refused = await whyNotRemoved(call, options.scf, options.service);
  if (refused !== null && options.dryRun !== true) throw new RangeError(refused);
  const outcome = await runParts(removalParts({ ...options, call }), options);
  return refused === null ? outcome : { ...outcome, refused };
}

async function runParts(
  parts: readonly Part[],
  { timing, say, dryRun = false }: Pick<ProvisionOptions, 'timing' | 'say' | 'dryRun'>,
): Promise<Provisioned> {
  const looked: { part: Part; step: Step | null }[] = [];
  for (const part of parts) looked.push({ part, step: await settle(part.look, timing) });
  const planned = looked.flatMap(({ part: { name }, step }) =>
    step ? [{ name, change: step.change, note: step.note ?? '' }] : [],
  );
  for (const { name, change, note } of planned) say(`${SIGNS[change]} ${name}${note && ` (${note})`}`);
  const unchanged = parts.length - planned.length;
  say(`= ${unchanged} parts unchanged`);
  const done: string[] = [];
  const failed: { name: string; problem: string }[] = [];
  for (const { part, step } of dryRun ? [] : looked) {
    if (!step?.run) continue;
    try {
      // As it was seen a moment ago; what may have been done and lost its answer is looked at anew.
      let seen: Step | null | undefined = step;
      await settle(async () => {
        const now = seen === undefined ? await part.look() : seen;
        seen = undefined;
        await now?.run?.();
      }, timing);
      done.push(part.name);
      say(`✓ ${part.name}`);
    } catch (error) {
      if (isTransient(error)) throw error;
      failed.push({ name: part.name, problem: messageOf(error) });
      say(`✗ ${part.name}: ${messageOf(error)}`);
    }
  }
  return { planned, unchanged, done, failed };
}

export function provisionParts({
  call,
  service,
  buckets,
  secrets,
  noticeIds = [],
}: Pick<ProvisionOptions, 'call' | 'service' | 'buckets' | 'secrets' | 'noticeIds'>): Part[] {
  let names: Promise<ResourceNames> | undefined;
  const known = () => (names ??= resourceNames(call, service, buckets.uploads));
  return [
    ...bucketParts(call, buckets, uploadsLifecycle(retentionOf(service))),
    ...logParts(call, `${service.name}-${service.stage}`),
    ...observabilityParts(call, service, noticeIds),
    ...secretParts(call, service.stage, secrets),
    ...roleParts(call, service, known),
  ];
}

/** Who the account is, and who made each secret: the provisioner, unless somebody else did by hand. */
async function resourceNames(call: AccountCall, { stage, region }: Service, bucket: string): Promise<ResourceNames> {
  const { Uin, OwnerUin, AppId } = await call('cam', 'GetUserAppId', {});
  const made = await listAll(call, 'ssm', 'ListSecrets', 'SecretMetadatas', { SearchSecretName: `yiying-${stage}-` });
  const creators = new Map(made.map((one) => [one['SecretName'], String(one['CreatorUinString'] ?? one['CreateUin'])]));
  const [ownerUin, appId] = [String(OwnerUin), String(AppId)];
  return { stage, region, appId, ownerUin, bucket, creatorUin: (name) => creators.get(name) ?? String(Uin) };
}
