import type { CannedAcl } from './bucket.ts';
import { CosError } from './cos-error.ts';
import { childrenOf, parseXml, renderXml, textOf } from './xml.ts';

/** A bucket's `x-cos-acl`. @throws CosError */
export function readAcl(header: string | undefined): CannedAcl {
  if (header === undefined || header === 'private') return 'private';
  if (header === 'public-read') return header;
  throw new CosError('InvalidArgument', `x-cos-acl: ${header} is not played here`);
}

/** https://cloud.tencent.com/document/product/436/7733 */
export function renderAcl(acl: CannedAcl): string {
  const owner = { ID: 'qcs::cam::uin/100000000001:uin/100000000001' };
  const everyone = { Grantee: { URI: 'http://cam.qcloud.com/groups/global/AllUsers' }, Permission: 'READ' };
  const own = { Grantee: owner, Permission: 'FULL_CONTROL' };
  const Grant = acl === 'private' ? [own] : [own, everyone];
  return renderXml('AccessControlPolicy', { Owner: owner, AccessControlList: { Grant } });
}

/** The configuration as it was sent, once it is one. @throws CosError MalformedXML */
export function checkedWebsite(xml: string): string {
  const root = parseXml(xml);
  if (root?.name !== 'WebsiteConfiguration' || !textOf(childrenOf(root, 'IndexDocument')[0], 'Suffix'))
    throw new CosError('MalformedXML');
  return xml;
}
