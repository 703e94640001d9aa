import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { type Payload, page, text } from './scf-state.ts';

/** What the operator makes in the console: networks, certificates, SMS signatures and templates. */
export interface SiteState {
  readonly vpcs: Map<string, { readonly subnets: Map<string, { free: number }> }>;
  readonly certificates: Map<string, { domains: string[]; status: number; endsAt: string }>;
  readonly signs: { name: string; status: number }[];
  readonly templates: Map<number, { content: string; status: number }>;
}

export const emptySite = (): SiteState => ({
  vpcs: new Map(),
  certificates: new Map(),
  signs: [],
  templates: new Map(),
});

type Action = (state: SiteState, payload: Payload) => Payload;

/** VPC 2017-03-12, SSL 2019-12-05 and SMS 2021-01-11, as far as they are read. */
export const SITE_ACTIONS: Readonly<Record<string, Action>> = {
  'vpc DescribeVpcs': ({ vpcs }, payload) => {
    const VpcSet = [...vpcs.keys()].filter(fits(payload, 'vpc-id')).map((VpcId) => ({ VpcId }));
    return { VpcSet, TotalCount: VpcSet.length };
  },
  'vpc DescribeSubnets': ({ vpcs }, payload) => {
    const all = [...vpcs].flatMap(([VpcId, { subnets }]) =>
      [...subnets].map(([id, { free }]) => ({ VpcId, id, free })),
    );
    const SubnetSet = all
      .filter(({ id }) => fits(payload, 'subnet-id')(id))
      .map(({ VpcId, id, free }) => ({ VpcId, SubnetId: id, AvailableIpAddressCount: free }));
    return { SubnetSet, TotalCount: SubnetSet.length };
  },
  'ssl DescribeCertificate': ({ certificates }, payload) => {
    const CertificateId = text(payload, 'CertificateId');
    const found = certificates.get(CertificateId);
    if (!found) throw new ApiRefusal('FailedOperation.CertificateNotFound', 'The certificate does not exist.');
    const [Domain, ...SubjectAltName] = found.domains;
    return { CertificateId, Domain, SubjectAltName, Status: found.status, CertEndTime: found.endsAt };
  },
  'sms DescribeSmsSignList': ({ signs }, payload) => ({
    DescribeSignListStatusSet: page(signs, payload).map(({ name, status }, SignId) => ({
      ...{ SignId, International: 0, SignName: name, StatusCode: status, ReviewReply: '' },
    })),
  }),
  'sms DescribeSmsTemplateList': ({ templates }, payload) => ({
    DescribeTemplateStatusSet: ((payload['TemplateIdSet'] ?? []) as number[]).flatMap((TemplateId) => {
      const found = templates.get(TemplateId);
      return found ? [{ TemplateId, StatusCode: found.status, TemplateContent: found.content, International: 0 }] : [];
    }),
  }),
};

/** Of the one filter that is played. */
const fits =
  (payload: Payload, name: string) =>
  (id: string): boolean => {
    const filters = (payload['Filters'] ?? []) as { Name: string; Values: string[] }[]; // checked against the model
    return filters.every(({ Name, Values }) => Name === name && Values.includes(id));
  };
