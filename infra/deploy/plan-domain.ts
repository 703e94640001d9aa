import type { CustomDomain } from '../serverless/service.ts';
import { LIVE } from './desired-function.ts';
import type { ScfRequest, ScfResponse } from './scf-call.ts';

type Endpoint = NonNullable<ScfRequest<'UpdateCustomDomain'>['EndpointsConfig']>[number];
type DeployedDomain = ScfResponse<'GetCustomDomain'>;

/** What one domain is to be, and what has to be said to get there. */
export interface DomainPlan {
  readonly kind: 'create' | 'update' | 'unchanged';
  readonly request: ScfRequest<'CreateCustomDomain'>;
  /** Paths, for the plan's lines. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * The platform replaces a domain's whole list, so rules that lead to namespaces which are not this service's stay where
 * they are; a path that is somebody else's is not taken.
 * @throws DomainTaken
 */
export function planDomain(
  wanted: CustomDomain,
  deployed: DeployedDomain | null,
  namespaces: ReadonlySet<string>,
): DomainPlan {
  const before = deployed?.EndpointsConfig ?? [];
  const foreign = before.filter(({ Namespace }) => !namespaces.has(Namespace));
  const own = before.filter(({ Namespace }) => namespaces.has(Namespace));
  const rules = wanted.rules.map(
    ({ path, namespace, functionName }): Endpoint => ({
      Namespace: namespace,
      FunctionName: functionName,
      Qualifier: LIVE,
      PathMatch: path,
    }),
  );
  const taken = rules.find(({ PathMatch }) => foreign.some((rule) => rule.PathMatch === PathMatch));
  if (taken) throw new DomainTaken(wanted.domain, taken.PathMatch);
  const find = (list: readonly Endpoint[], path: string) => list.find(({ PathMatch }) => PathMatch === path);
  const added = rules.filter(({ PathMatch }) => !find(own, PathMatch));
  const removed = own.filter(({ PathMatch }) => !find(rules, PathMatch));
  const changed = rules.filter((rule) => {
    const old = find(own, rule.PathMatch);
    return old !== undefined && !sameTarget(old, rule);
  });
  const sameFront =
    deployed?.Protocol === wanted.protocol && (deployed.CertConfig?.CertificateId ?? null) === wanted.certificateId;
  const isSame = sameFront && added.length + removed.length + changed.length === 0;
  return {
    kind: deployed === null ? 'create' : isSame ? 'unchanged' : 'update',
    request: {
      Domain: wanted.domain,
      Protocol: wanted.protocol,
      EndpointsConfig: [...foreign, ...rules],
      ...(wanted.certificateId !== null && { CertConfig: { CertificateId: wanted.certificateId } }),
      ...(deployed?.WafConfig && { WafConfig: deployed.WafConfig }),
    },
    added: added.map(pathOf),
    changed: changed.map(pathOf),
    removed: removed.map(pathOf),
  };
}

export class DomainTaken extends Error {
  override readonly name = 'DomainTaken';
  constructor(domain: string, path: string) {
    super(`${domain}${path} leads to a function of another service: give one of the two another path or domain`);
  }
}

const pathOf = ({ PathMatch }: Endpoint): string => PathMatch;

const sameTarget = (one: Endpoint, other: Endpoint): boolean =>
  one.Namespace === other.Namespace &&
  one.FunctionName === other.FunctionName &&
  one.Qualifier === other.Qualifier &&
  (one.PathRewrite?.length ?? 0) === 0;
