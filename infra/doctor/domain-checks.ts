import { domainTarget } from '../deploy/domain-target.ts';
import { isNotFound } from '../deploy/paced-call.ts';
import type { ScfCall } from '../deploy/scf-call.ts';
import type { AccountCall } from '../provision/account-call.ts';
import type { CustomDomain, Service } from '../serverless/service.ts';
import { ask, type Check, type Finding, ok, wrong } from './finding.ts';

export interface DomainPlace {
  readonly call: AccountCall;
  readonly scf: ScfCall;
  readonly service: Service;
  /** Names that a CNAME of the domain leads to; none where there is no such record. */
  readonly resolveCname: (domain: string) => Promise<readonly string[]>;
  readonly nowMs: number;
}

const ISSUED = 1;
const DAYS_LEFT = 14;
const DAY_MS = 24 * 3600 * 1000;

export function domainChecks(place: DomainPlace): Check[] {
  const { customDomain } = place.service;
  if (customDomain === null) {
    const missing = wrong('domain', 'none is named', 'API_DOMAIN: the host of the API, with an ICP filing');
    return [{ name: 'domain', look: async () => [missing] }];
  }
  return [
    { name: 'domain', look: async () => [await lookAtDomain(place, customDomain.domain)] },
    { name: 'certificate', look: async () => [await lookAtCertificate(place, customDomain)] },
    { name: 'DNS', look: async () => [await lookAtDns(place, customDomain.domain)] },
  ];
}

/** SCF takes a domain of the mainland only with its filing (备案); no interface tells of one beforehand. */
async function lookAtDomain({ scf }: DomainPlace, domain: string): Promise<Finding> {
  try {
    await scf('GetCustomDomain', { Domain: domain });
    return ok('domain', `${domain} is a custom domain of this account, so it is filed`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const todo = `see that ${domain} has its ICP filing, with this account: https://console.cloud.tencent.com/beian`;
    return ask('domain', `${domain} is no custom domain yet; the deploy makes it`, todo);
  }
}

async function lookAtCertificate({ call, nowMs }: DomainPlace, { domain, certificateId, protocol }: CustomDomain) {
  if (certificateId === null && protocol === 'HTTP') return ok('certificate', 'none is needed: HTTP alone');
  if (certificateId === null)
    return wrong('certificate', `none is named for ${protocol}`, 'API_CERTIFICATE_ID: of the SSL 证书 console');
  const found = await call('ssl', 'DescribeCertificate', { CertificateId: certificateId }).catch((error: unknown) => {
    // `FailedOperation.CertificateNotFound` and `ResourceNotFound` by version.
    if (/NotFound/.test((error as { code?: string }).code ?? '')) return null;
    throw error;
  });
  if (found === null)
    return wrong(
      'certificate',
      `${certificateId} is not in this account`,
      'API_CERTIFICATE_ID: of the SSL 证书 console',
    );
  if (found['Status'] !== ISSUED) {
    const said = `${certificateId} has status ${String(found['Status'])} (${String(found['StatusName'] ?? '')})`;
    return wrong('certificate', said, 'wait until it is issued (状态 已通过), or apply for another');
  }
  const names = [found['Domain'], ...((found['SubjectAltName'] as unknown[] | undefined) ?? [])].map(String);
  if (!names.some((name) => covers(name, domain)))
    return wrong('certificate', `it is for ${names.join(', ')}`, `a certificate for ${domain}`);
  // `2026-11-26 10:00:00`, in China's time.
  const endsMs = Date.parse(`${String(found['CertEndTime']).replace(' ', 'T')}+08:00`);
  const days = Math.floor((endsMs - nowMs) / DAY_MS);
  if (!(days >= DAYS_LEFT))
    return wrong('certificate', `it ends in ${days} days`, 'renew it, and deploy with its new id');
  return ok('certificate', `for ${domain}, ${days} days left`);
}

const covers = (name: string, domain: string): boolean =>
  name === domain || (name.startsWith('*.') && domain.slice(domain.indexOf('.')) === name.slice(1));

async function lookAtDns({ call, service, resolveCname }: DomainPlace, domain: string): Promise<Finding> {
  const target = await domainTarget(call, service.region);
  const names = await resolveCname(domain);
  if (names.includes(target)) return ok('DNS', `${domain} leads to ${target}`);
  const said = names.length === 0 ? `${domain} has no CNAME` : `${domain} leads to ${names.join(', ')}`;
  return wrong('DNS', said, `a CNAME of ${domain} to ${target}, at whoever keeps the domain`);
}
