import type { ScfCall } from '../../infra/deploy/scf-call.ts';
import { databaseChecks } from '../../infra/doctor/database-checks.ts';
import { domainChecks } from '../../infra/doctor/domain-checks.ts';
import { type Check, type Finding, ok } from '../../infra/doctor/finding.ts';
import { networkChecks } from '../../infra/doctor/network-checks.ts';
import { provisionChecks } from '../../infra/doctor/provision-checks.ts';
import { quotaChecks } from '../../infra/doctor/quota-checks.ts';
import { runChecks } from '../../infra/doctor/run-checks.ts';
import { secretChecks } from '../../infra/doctor/secret-checks.ts';
import { smsChecks } from '../../infra/doctor/sms-checks.ts';
import type { AccountCall } from '../../infra/provision/account-call.ts';
import type { Buckets } from '../../infra/provision/bucket-parts.ts';
import { rememberReads } from '../../infra/provision/remember-reads.ts';
import { provisionParts } from '../../infra/provision/run-provision.ts';
import type { Service } from '../../infra/serverless/service.ts';
import type { SchemaStatus } from '../../shared/db/schema-status.ts';
import { invokeRole } from '../deploy/invoke-role.ts';

export interface DoctorPlace {
  readonly service: Service;
  readonly buckets: Buckets;
  readonly noticeIds: readonly string[];
  readonly call: AccountCall;
  readonly scf: ScfCall;
  readonly resolveCname: (domain: string) => Promise<readonly string[]>;
  readonly nowMs: () => number;
  readonly say: (line: string) => void;
}

/** Looks at everything that a deploy stands on; changes nothing. Keys that are refused end it, for all else would say the same. */
export async function runDoctor(place: DoctorPlace): Promise<Finding[]> {
  const { service, buckets, noticeIds, scf, resolveCname, nowMs, say } = place;
  const { stage } = service;
  const call = rememberReads(place.call);
  const keys = await runChecks([credentialsCheck(call)], say);
  if (keys.some(({ state }) => state === 'wrong')) return keys;
  // The function of this release or an earlier one: its status is told the same way.
  const status = async () => (await invokeRole(scf, service, 'migrate-database', { action: 'status' })) as SchemaStatus;
  const rest = await runChecks(
    [
      ...networkChecks(call, service),
      ...provisionChecks(call, provisionParts({ call, service, buckets, noticeIds, secrets: {} }), stage),
      ...secretChecks(call, service),
      ...smsChecks(call, stage),
      ...domainChecks({ call, scf, service, resolveCname, nowMs: nowMs() }),
      ...quotaChecks(scf, service),
      ...databaseChecks(service, status, nowMs),
    ],
    say,
  );
  const findings = [...keys, ...rest];
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  say(`${count('ok')} in order, ${count('wrong')} wrong, ${count('ask')} to be seen to by you`);
  return findings;
}

const credentialsCheck = (call: AccountCall): Check => ({
  name: 'credentials',
  look: async () => {
    const { AppId, OwnerUin } = await call('cam', 'GetUserAppId', {});
    return [ok('credentials', `account ${String(OwnerUin)}, AppId ${String(AppId)}`)];
  },
});
