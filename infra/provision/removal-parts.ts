import { SECRET_PURPOSES, secretName } from '../../shared/config/secrets.ts';
import type { ScfCall } from '../deploy/scf-call.ts';
import { observabilityPayloads } from '../observability/payloads.ts';
import type { Service } from '../serverless/service.ts';
import { type AccountCall, type Answer, listAll } from './account-call.ts';
import { type Buckets, orNull } from './bucket-parts.ts';
import { findLogset, findLogTopic } from './log-parts.ts';
import type { Part } from './part.ts';
import { rolesOf, valuesInUse } from './removal-guard.ts';
import { findPolicy } from './role-parts.ts';
import { findSecret } from './secret-parts.ts';

/** What cannot be made again goes only where it is said so. */
export interface Removal {
  /** Days in which secrets that are removed can still be restored, 0 for none; null: they are kept. */
  readonly secretDays: number | null;
  /** Buckets that go, with everything in them; any other stays. */
  readonly emptied: readonly string[];
}

/** Each thing that provisioning made, in an order in which nothing is refused for what still stands on it. */
export function removalParts({
  call,
  scf,
  service,
  buckets: { uploads, web, code },
  removal,
}: {
  readonly call: AccountCall;
  readonly scf: ScfCall;
  readonly service: Service;
  readonly buckets: Buckets;
  readonly removal: Removal;
}): Part[] {
  const named = [uploads, web, code].filter((bucket) => bucket !== null && bucket !== '') as string[];
  let values: ReturnType<typeof valuesInUse> | undefined;
  const inUse = () => (values ??= valuesInUse(scf, service));
  const userOf = async (bucket: string) => (await inUse()).get(bucket);
  return [
    ...watchingParts(call, service),
    ...logRemovals(call, `${service.name}-${service.stage}`),
    ...rolesOf(service).map((role) => rolePart(call, role)),
    ...SECRET_PURPOSES.map((purpose) => secretPart(call, secretName(service.stage, purpose), removal.secretDays)),
    ...named.map((bucket) => bucketPart(call, bucket, { isNamed: removal.emptied.includes(bucket), userOf })),
  ];
}

/** The dashboard and the alarms, by their names. */
function watchingParts(call: AccountCall, { stage, region }: Service): Part[] {
  const { dashboard, alarms } = observabilityPayloads(stage, { logsetId: '', topicId: '', region }, []);
  const dashboardName = String(dashboard.DashboardName);
  return [
    ...alarms.map(({ Name }): Part => {
      const Filters = [{ Key: 'name', Values: [Name] }];
      return goes(`alarm ${Name}`, async () => {
        const found = await listAll(call, 'cls', 'DescribeAlarms', 'Alarms', { Filters });
        const AlarmId = found.find((one) => one['Name'] === Name)?.['AlarmId'];
        return AlarmId === undefined ? null : () => call('cls', 'DeleteAlarm', { AlarmId });
      });
    }),
    goes(`dashboard ${dashboardName}`, async () => {
      const Filters = [{ Key: 'dashboardName', Values: [dashboardName] }];
      const found = await listAll(call, 'cls', 'DescribeDashboards', 'DashboardInfos', { Filters });
      const DashboardId = found.find((one) => one['DashboardName'] === dashboardName)?.['DashboardId'];
      return DashboardId === undefined ? null : () => call('cls', 'DeleteDashboard', { DashboardId });
    }),
  ];
}

function logRemovals(call: AccountCall, name: string): Part[] {
  return [
    goes(
      `log topic ${name}`,
      async () => {
        const topic = await findLogTopic(call, name);
        return topic && (() => call('cls', 'DeleteTopic', { TopicId: topic.topicId }));
      },
      'its logs go with it',
    ),
    goes(`log set ${name}`, async () => {
      const LogsetId = (await findLogset(call, name))?.['LogsetId'];
      return LogsetId === undefined ? null : () => call('cls', 'DeleteLogset', { LogsetId });
    }),
  ];
}

/** Both at once: a policy that is gone could not be taken off a role that was refused to go. */
function rolePart(call: AccountCall, name: string): Part {
  return goes(`role and policy ${name}`, async () => {
    const isThere = (await listAll(call, 'cam', 'DescribeRoleList', 'List')).some((one) => one['RoleName'] === name);
    const policyId = (await findPolicy(call, name))?.['PolicyId'];
    if (!isThere && policyId === undefined) return null;
    const held = isThere ? await listAll(call, 'cam', 'ListAttachedRolePolicies', 'List', { RoleName: name }) : [];
    return async () => {
      for (const { PolicyId } of held) await call('cam', 'DetachRolePolicy', { PolicyId, DetachRoleName: name });
      if (isThere) await call('cam', 'DeleteRole', { RoleName: name });
      if (policyId !== undefined) await call('cam', 'DeletePolicy', { PolicyId: [policyId] });
    };
  });
}

function secretPart(call: AccountCall, SecretName: string, days: number | null): Part {
  return {
    name: `secret ${SecretName}`,
    look: async () => {
      const found = await findSecret(call, SecretName);
      if (!found || found['Status'] === 'PendingDelete') return null;
      if (days === null) return { change: 'waiting', note: 'kept; --secrets-within DAYS removes it' };
      const run = async (): Promise<void> => {
        if (found['Status'] !== 'Disabled') await call('ssm', 'DisableSecret', { SecretName });
        await call('ssm', 'DeleteSecret', { SecretName, RecoveryWindowInDays: days });
      };
      return { change: 'remove', note: days === 0 ? 'for good' : `can be restored for ${days} days`, run };
    },
  };
}

interface BucketRemoval {
  readonly isNamed: boolean;
  /** A function that stands on it, of whatever stage. */
  readonly userOf: (bucket: string) => Promise<string | undefined>;
}

/**
 * A bucket's name says nothing of its stage, and the shell's may be another's: only a name that was typed goes. The plan tells of the flag
 * without the name, which would be pasted.
 */
function bucketPart(call: AccountCall, Bucket: string, { isNamed, userOf }: BucketRemoval): Part {
  return {
    name: `bucket ${Bucket}`,
    look: async () => {
      const found = await orNull(() => call('cos', 'getBucket', { Bucket, MaxKeys: 1 }));
      if (found === null) return null;
      const user = await userOf(Bucket);
      if (user !== undefined) return { change: 'waiting', note: `kept, since ${user} has it in its environment` };
      const uploads = await call('cos', 'multipartList', { Bucket, MaxUploads: 1 });
      const isEmpty = listOf(found, 'Contents').length + listOf(uploads, 'Upload').length === 0;
      if (!isNamed) {
        const how = isEmpty
          ? 'empty; --empty NAME removes it'
          : 'since it holds objects; --empty NAME deletes them with it';
        return { change: 'waiting', note: `kept, ${how}` };
      }
      const run = async (): Promise<void> => {
        if (!isEmpty) await emptyBucket(call, Bucket);
        await call('cos', 'deleteBucket', { Bucket });
      };
      return { change: 'remove', note: isEmpty ? 'empty' : 'with all its objects', run };
    },
  };
}

async function emptyBucket(call: AccountCall, Bucket: string): Promise<void> {
  for (;;) {
    const found = listOf(await call('cos', 'getBucket', { Bucket, MaxKeys: 1000 }), 'Contents');
    if (found.length === 0) break;
    const Objects = found.map(({ Key }) => ({ Key }));
    const refused = listOf(await call('cos', 'deleteMultipleObject', { Bucket, Objects }), 'Error');
    if (refused[0]) throw new Error(`${String(refused[0]['Key'])}: ${String(refused[0]['Message'])}`);
  }
  for (;;) {
    const found = listOf(await call('cos', 'multipartList', { Bucket, MaxUploads: 1000 }), 'Upload');
    if (found.length === 0) return;
    for (const one of found) {
      const { Key } = one;
      await call('cos', 'multipartAbort', { Bucket, Key, UploadId: one['UploadId'] ?? one['UploadID'] });
    }
  }
}

const listOf = (answer: Answer, name: string): readonly Answer[] => (answer[name] ?? []) as Answer[]; // by the SDK

/** A part that is there or is not. */
function goes(name: string, find: () => Promise<(() => Promise<unknown>) | null>, note?: string): Part {
  return {
    name,
    look: async () => {
      const run = await find();
      return run && { change: 'remove', ...(note !== undefined && { note }), run };
    },
  };
}
